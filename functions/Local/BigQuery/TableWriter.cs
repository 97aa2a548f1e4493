using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Sinks.Postgres;
using Npgsql;

namespace Landfall.Local.BigQuery;

/// <summary>What a load job or a query writes into a table: one transaction, one COPY.</summary>
internal sealed class TableWriter(NpgsqlDataSource database, TableCatalog catalog)
{
    /// <summary>The columns of the table, or those it would be made with; null when there is no table and nobody says what it should be.</summary>
    public async Task<IReadOnlyList<TableField>?> FieldsAsync(TableName name, CancellationToken cancellationToken) =>
        await catalog.GetTableAsync(name, cancellationToken) is { } table ? TableSchema.Read(table["schema"]) : null;

    /// <param name="fields">The columns that rows bring, in their order.</param>
    /// <param name="configuration">The job's: what a table that is made is like.</param>
    /// <param name="write">Writes the rows, whose columns in the table it is given.</param>
    /// <returns>How many rows were written.</returns>
    /// <exception cref="BigQueryFault">Nothing was written.</exception>
    public async Task<long> WriteAsync(
        WriteTarget target, IReadOnlyList<TableField> fields, JsonObject configuration, Func<PgCopyWriter, IReadOnlyList<TableField>, CancellationToken, Task> write,
        CancellationToken cancellationToken)
    {
        var table = await catalog.GetTableAsync(target.Name, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (table is null) table = await CreateAsync(connection, target, fields, configuration, cancellationToken);
        else if (target is { Disposition: "WRITE_TRUNCATE", Day: null } && configuration["schema"] is JsonObject schema) table = await catalog.ReplaceAsync(target.Name, TableSchema.Read(schema), connection, cancellationToken);
        else await PrepareAsync(connection, target, table, cancellationToken);
        var columns = Match(target.Name, TableSchema.Read(table["schema"]), fields);
        var quoted = TableCatalog.Quoted(target.Name);
        var written = await CopyAsync(connection, $"{quoted} ({string.Join(", ", columns.Select(column => TableSchema.Column(column.Name)))})", columns, write, cancellationToken);
        if (target.Day is { } day && Partitioning.Of(table) is { } partitioning)
        {
            var astray = await connection.TextAsync(
                $"SELECT 'x' FROM {quoted} WHERE xmin = pg_current_xact_id()::xid AND {partitioning.Day} IS DISTINCT FROM $1 LIMIT 1", cancellationToken, day);
            if (astray is not null) throw BigQueryFault.Invalid($"Some rows belong to different partitions rather than destination partition {day:yyyyMMdd}");
        }
        await transaction.CommitAsync(cancellationToken);
        return written;
    }

    private async Task<JsonObject> CreateAsync(
        NpgsqlConnection connection, WriteTarget target, IReadOnlyList<TableField> fields, JsonObject configuration, CancellationToken cancellationToken)
    {
        if (!target.Creates || target.Day is not null) throw BigQueryFault.NoTable(target.Name);
        var resource = new JsonObject
        {
            ["tableReference"] = new JsonObject { ["datasetId"] = target.Name.Dataset, ["tableId"] = target.Name.Name },
            ["schema"] = TableSchema.Write(fields),
        };
        foreach (var member in (ReadOnlySpan<string>)["timePartitioning", "clustering"]) resource[member] = configuration[member]?.DeepClone();
        if (configuration["destinationTableProperties"] is JsonObject properties) TableResources.Merge(resource, properties);
        return await catalog.CreateTableAsync(resource, connection, cancellationToken);
    }

    private static async Task PrepareAsync(NpgsqlConnection connection, WriteTarget target, JsonObject table, CancellationToken cancellationToken)
    {
        if ((string?)table["type"] is "VIEW" or ExternalTables.Type) throw BigQueryFault.Invalid($"Cannot write to a table of type {table["type"]}: {LocalCloud.Project}:{target.Name}");
        var partitioning = Partitioning.Of(table);
        if (target.Day is not null && partitioning is null)
            throw BigQueryFault.Invalid($"Incompatible table partitioning specification. Table {LocalCloud.Project}:{target.Name} is not partitioned by day.");
        var quoted = TableCatalog.Quoted(target.Name);
        var where = target.Day is null ? "" : $" WHERE {partitioning!.Day} = $1";
        object?[] day = target.Day is { } only ? [only] : [];
        if (target.Disposition == "WRITE_TRUNCATE")
        {
            if (target.Day is null) await connection.ExecuteAsync($"TRUNCATE {quoted}", cancellationToken);
            else await connection.ExecuteAsync($"DELETE FROM {quoted}{where}", cancellationToken, day);
        }
        else if (target.Disposition == "WRITE_EMPTY" && await connection.TextAsync($"SELECT 'x' FROM {quoted}{where} LIMIT 1", cancellationToken, day) is not null)
        {
            throw BigQueryFault.Exists($"Table {LocalCloud.Project}:{target.Name}");
        }
    }

    /// <summary>The table's columns for the rows', by name.</summary>
    private static List<TableField> Match(TableName table, IReadOnlyList<TableField> columns, IReadOnlyList<TableField> fields)
    {
        var matched = new List<TableField>();
        foreach (var field in fields)
        {
            var column = columns.FirstOrDefault(column => string.Equals(column.Name, field.Name, StringComparison.OrdinalIgnoreCase))
                ?? throw Mismatch($"Cannot add fields (field: {field.Name})");
            if (column.Type != field.Type && (column.Type, field.Type) is not (("NUMERIC" or "BIGNUMERIC"), ("NUMERIC" or "BIGNUMERIC" or "INT64")) and not ("FLOAT64", "INT64" or "NUMERIC") and not ("JSON", "STRING"))
                throw Mismatch($"Field {column.Name} has changed type from {column.Type} to {field.Type}");
            matched.Add(column);
        }
        return columns.FirstOrDefault(column => column.Required && !matched.Contains(column)) is { } missing
            ? throw Mismatch($"Field {missing.Name} is missing in new schema")
            : matched;

        BigQueryFault Mismatch(string why) => BigQueryFault.Invalid($"Provided Schema does not match Table {LocalCloud.Project}:{table}. {why}");
    }

    /// <param name="into">The table and the columns, quoted.</param>
    /// <returns>How many rows were written.</returns>
    internal static async Task<long> CopyAsync(
        NpgsqlConnection connection, string into, IReadOnlyList<TableField> columns, Func<PgCopyWriter, IReadOnlyList<TableField>, CancellationToken, Task> write,
        CancellationToken cancellationToken)
    {
        var stream = await connection.BeginRawBinaryCopyAsync($"COPY {into} FROM STDIN (FORMAT BINARY)", cancellationToken);
        try
        {
            var copy = new PgCopyWriter(stream, columns.Count, lines: false);
            await write(copy, columns, cancellationToken);
            await copy.CompleteAsync(cancellationToken);
            await stream.DisposeAsync();
            return copy.Rows;
        }
        catch (PostgresException e)
        {
            throw BigQueryFault.Invalid($"Error while reading data, error message: {e.MessageText}");
        }
        catch
        {
            // Disposed, it would end the COPY as if all had been said.
            await stream.CancelAsync();
            throw;
        }
    }
}
