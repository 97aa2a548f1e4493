#pragma warning disable CS9113, MA0025
using System.Text.Json.Nodes;
using Landfall.Cloud;
using Npgsql;

namespace Landfall.Local.BigQuery;

/// <summary>
/// The datasets, tables and views: BigQuery's resources as JSON in the schema <c>bigquery</c>, beside the Postgres tables that hold the rows: dataset <c>d</c> is the
/// schema <c>bq_d</c>, a table keeps its name, a view is a view. Columns are Postgres' types of <see cref="TypeOf"/>; REQUIRED is NOT NULL.
/// </summary>
internal sealed class TableCatalog(NpgsqlDataSource database, TimeProvider clock)
{
    public Task MigrateAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>BigQuery's resource; null when there is none, or its time is over.</summary>
    public Task<JsonObject?> GetTableAsync(TableName name, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes a table, or a view: the resource with what BigQuery adds to it.</summary>
    /// <param name="resource">A <c>tables</c> resource, as in a request: <c>tableReference</c>, <c>schema</c>, <c>view</c>, <c>timePartitioning</c>…</param>
    /// <param name="connection">Within whose transaction; null for one of its own.</param>
    /// <exception cref="BigQueryFault">409 <c>duplicate</c>, 404 for the dataset, or what is wrong with it.</exception>
    public Task<JsonObject> CreateTableAsync(JsonObject resource, NpgsqlConnection? connection, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <returns>False when it was not there.</returns>
    public Task<bool> DeleteTableAsync(TableName name, NpgsqlConnection? connection, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The names of all datasets' tables and views that stand now, for a statement's translation.</summary>
    public Task<IReadOnlySet<TableName>> NamesAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The table in Postgres: <c>"bq_dataset"."table"</c>.</summary>
    public static string Quoted(TableName name) => $"\"bq_{name.Dataset}\".\"{name.Name}\"";

    /// <summary>The column type in Postgres for one of GoogleSQL's: <c>STRING</c> is <c>text</c>, <c>INT64</c> <c>bigint</c>, <c>FLOAT64</c> <c>double precision</c>, <c>BOOL</c> <c>boolean</c>, <c>NUMERIC</c> and <c>BIGNUMERIC</c> <c>numeric</c>, <c>TIMESTAMP</c> <c>timestamptz</c>, <c>DATETIME</c> <c>timestamp</c>, <c>DATE</c>, <c>TIME</c>, <c>JSON</c> <c>jsonb</c>, <c>BYTES</c> <c>bytea</c>.</summary>
    public static string TypeOf(TableField field) => throw new NotImplementedException();
}
