#pragma warning disable CS9113, MA0025
using System.Text.Json.Nodes;
using Npgsql;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>Runs GoogleSQL on Postgres: the sink's statements, and what people ask, through a lexer and a table of substitutions.</summary>
internal sealed class SqlEngine(NpgsqlDataSource database, TableCatalog catalog, TimeProvider clock)
{
    /// <summary>Runs a statement, or a script of several.</summary>
    /// <param name="sql">GoogleSQL.</param>
    /// <param name="parameters">BigQuery's <c>queryParameters</c>, as they came; null for none.</param>
    /// <param name="dataset">The dataset of names that say none; null for none.</param>
    /// <returns>One outcome for each statement, in order.</returns>
    /// <exception cref="BigQueryFault">It failed; what was in a transaction has not happened.</exception>
    public Task<IReadOnlyList<SqlOutcome>> RunAsync(string sql, JsonArray? parameters, string? dataset, CancellationToken cancellationToken) => throw new NotImplementedException();
}
