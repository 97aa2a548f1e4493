using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Landfall.Cloud;
using Npgsql;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>Runs GoogleSQL on Postgres: the sink's statements, and what people ask, through a lexer and a table of substitutions.</summary>
internal sealed class SqlEngine
{
    /// <summary>Translations of longer texts are not worth their room.</summary>
    private const int LongestRemembered = 64 * 1024;

    private const int MaxRemembered = 500;

    private readonly NpgsqlDataSource _database;
    private readonly TableCatalog _catalog;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<(string Sql, string? Dataset, string Parameters), IReadOnlyList<Statement>> _translations = new();

    /// <param name="catalog">Its views are translated by this engine from now on.</param>
    public SqlEngine(NpgsqlDataSource database, TableCatalog catalog, TimeProvider clock)
    {
        (_database, _catalog, _clock) = (database, catalog, clock);
        catalog.Translate = (query, _) => Task.FromResult(TranslateView(query));
    }

    /// <summary>Makes the functions that translations call; after the catalog's migration.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(SqlSchema.Sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs a statement, or a script of several.</summary>
    /// <param name="sql">GoogleSQL.</param>
    /// <param name="parameters">BigQuery's <c>queryParameters</c>, as they came; null for none.</param>
    /// <param name="dataset">The dataset of names that say none; null for none.</param>
    /// <returns>One outcome for each statement, in order.</returns>
    /// <exception cref="BigQueryFault">It failed; what was in a transaction has not happened.</exception>
    public async Task<IReadOnlyList<SqlOutcome>> RunAsync(string sql, JsonArray? parameters, string? dataset, CancellationToken cancellationToken)
    {
        var values = QueryParameters.Read(parameters);
        var script = Translate(sql, dataset, values);
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var datasets = new DatasetCatalog(_database, _catalog, _clock);
        return await new ScriptRun(connection, _catalog, datasets, values).RunAsync(script, _clock.GetUtcNow(), cancellationToken);
    }

    /// <summary>A query in GoogleSQL as Postgres' SQL: for a session with <see cref="SqlSchema.SearchPath"/>.</summary>
    /// <exception cref="BigQueryFault">It is no query, or needs what a view can not have.</exception>
    public static string TranslateView(string query) =>
        Translator.Translate(query, dataset: null, QueryParameters.Read(null)) is [{ Kind: "SELECT", Parameters: [] } statement]
            ? statement.Postgres
            : throw new BigQueryFault(400, "invalidQuery", "A view's query must be one SELECT statement without parameters");

    /// <summary>Notes, in the transaction that streams rows into a table and before it does, that these can not be changed for a while. Not within a savepoint: a row must carry the transaction's own id.</summary>
    public async Task MarkStreamedAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync("SELECT bigquery.mark_streamed($1::regclass, $2)", cancellationToken, TableCatalog.Quoted(table), _clock.GetUtcNow());

    private IReadOnlyList<Statement> Translate(string sql, string? dataset, QueryParameters parameters)
    {
        if (sql.Length > LongestRemembered) return Translator.Translate(sql, dataset, parameters);
        if (_translations.Count >= MaxRemembered) _translations.Clear();
        return _translations.GetOrAdd((sql, dataset, parameters.Signature), _ => Translator.Translate(sql, dataset, parameters));
    }
}
