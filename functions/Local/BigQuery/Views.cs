using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Local.BigQuery.Sql;
using Npgsql;

namespace Landfall.Local.BigQuery;

/// <summary>Views are Postgres' own. There a view goes with its tables; in BigQuery it stands, and works again when they are there again.</summary>
internal static class Views
{
    /// <summary>Makes the view, and gives its resource the columns that its query has.</summary>
    public static async Task CreateAsync(NpgsqlConnection connection, TableName name, string sql, JsonObject resource, CancellationToken cancellationToken)
    {
        try
        {
            await MakeAsync(connection, name, sql, cancellationToken);
        }
        catch (PostgresException e)
        {
            throw new BigQueryFault(400, "invalidQuery", e.MessageText);
        }
        var described = TableSchema.Read(resource["schema"]).ToDictionary(field => field.Name, field => field.Description, StringComparer.OrdinalIgnoreCase);
        var columns = await connection.RowsAsync(
            "SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 ORDER BY attnum", cancellationToken,
            TableCatalog.Quoted(name));
        resource["schema"] = TableSchema.Write(columns.Select(column =>
            new TableField(column[0]!, TableSchema.FromPostgres(column[1]!)) { Description = described.GetValueOrDefault(column[0]!) }));
    }

    /// <summary>Makes those again whose tables are back.</summary>
    public static async Task RestoreAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var (name, sql) in await ListAsync(connection, "to_regclass(pg_catalog.format('%I.%I', 'bq_' || dataset, name)) IS NULL", cancellationToken))
        {
            await connection.ExecuteAsync("SAVEPOINT view", cancellationToken);
            try
            {
                await MakeAsync(connection, name, sql, cancellationToken);
            }
            catch (PostgresException)
            {
                await connection.ExecuteAsync("ROLLBACK TO SAVEPOINT view", cancellationToken);
            }
            await connection.ExecuteAsync("RELEASE SAVEPOINT view", cancellationToken);
        }
    }

    /// <summary>Operators are bound when the view is made: BigQuery's <c>/</c>, not Postgres'.</summary>
    private static async Task MakeAsync(NpgsqlConnection connection, TableName name, string sql, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"SET LOCAL search_path = {SqlSchema.SearchPath}", cancellationToken);
        await connection.ExecuteAsync($"CREATE VIEW {TableCatalog.Quoted(name)} AS {sql}", cancellationToken);
    }

    /// <summary>For a while: Postgres changes the type of no column that a view reads.</summary>
    public static async Task DropAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var (name, _) in await ListAsync(connection, "true", cancellationToken))
            await connection.ExecuteAsync($"DROP VIEW IF EXISTS {TableCatalog.Quoted(name)} CASCADE", cancellationToken);
    }

    private static async Task<IEnumerable<(TableName Name, string Sql)>> ListAsync(NpgsqlConnection connection, string which, CancellationToken cancellationToken) =>
        (await connection.RowsAsync(
            $"SELECT dataset, name, view_sql FROM bigquery.tables WHERE view_sql IS NOT NULL AND {which} ORDER BY (resource ->> 'creationTime')::bigint, name", cancellationToken))
        .Select(row => (new TableName(row[0]!, row[1]!), row[2]!));
}
