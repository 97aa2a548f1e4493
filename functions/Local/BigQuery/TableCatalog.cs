using System.Text;
using System.Text.Json.Nodes;
using Landfall.Cloud;
using Npgsql;

namespace Landfall.Local.BigQuery;

/// <summary>
/// The tables and views: BigQuery's resources as JSON in the schema <c>bigquery</c>, beside the Postgres tables that hold the rows: dataset <c>d</c> is the
/// schema <c>bq_d</c>, a table keeps its name, a view is a view. Columns are as <see cref="TableSchema"/> says; REQUIRED is NOT NULL.
/// </summary>
internal sealed class TableCatalog(NpgsqlDataSource database, TimeProvider clock)
{
    private static readonly string[] OtherKinds = ["materializedView", "snapshotDefinition", "cloneDefinition"];

    private readonly Expiration _expiration = new(database, clock);

    /// <summary>A view's GoogleSQL as Postgres' SQL: the engine's part.</summary>
    public Func<string, CancellationToken, Task<string>> Translate { get; set; } = (_, _) => throw BigQueryFault.NotSupported("A view");

    /// <summary>What external tables are, and read.</summary>
    public ExternalTables? External { get; set; }

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(CatalogSchema.Sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await SweepAsync(cancellationToken);
    }

    /// <summary>BigQuery's resource; null when there is none, or its time is over.</summary>
    public async Task<JsonObject?> GetTableAsync(TableName name, CancellationToken cancellationToken)
    {
        await SweepAsync(cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, name, locked: false, cancellationToken);
    }

    /// <summary>The resources of a dataset's tables and views, by name.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string dataset, CancellationToken cancellationToken)
    {
        await SweepAsync(cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.RowsAsync($"SELECT resource::text FROM bigquery.tables WHERE {Expiration.Stands} AND dataset = $2 ORDER BY name", cancellationToken, Now, dataset);
        return [.. rows.Select(row => JsonNode.Parse(row[0]!)!.AsObject())];
    }

    /// <summary>The names of all datasets' tables and views that stand now, for a statement's translation.</summary>
    public async Task<IReadOnlySet<TableName>> NamesAsync(CancellationToken cancellationToken)
    {
        await SweepAsync(cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.RowsAsync($"SELECT dataset, name FROM bigquery.tables WHERE {Expiration.Stands}", cancellationToken, Now);
        return rows.Select(row => new TableName(row[0]!, row[1]!)).ToHashSet();
    }

    /// <summary>Makes a table, or a view: the resource with what BigQuery adds to it.</summary>
    /// <param name="resource">A <c>tables</c> resource, as in a request: <c>tableReference</c>, <c>schema</c>, <c>view</c>, <c>timePartitioning</c>…</param>
    /// <param name="connection">Within whose transaction; null for one of its own.</param>
    /// <exception cref="BigQueryFault">409 <c>duplicate</c>, 404 for the dataset, or what is wrong with it.</exception>
    public async Task<JsonObject> CreateTableAsync(JsonObject resource, NpgsqlConnection? connection, CancellationToken cancellationToken)
    {
        var name = NameOf(resource["tableReference"]);
        if (Array.Find(OtherKinds, kind => resource[kind] is not null) is { } other) throw BigQueryFault.NotSupported($"A table with {other}");
        var view = await TranslateAsync(resource["view"], cancellationToken);
        var fields = resource[ExternalTables.Member] is null ? TableSchema.Read(resource["schema"]) : await ExternalOnes.ColumnsAsync(resource, cancellationToken);
        await SweepAsync(cancellationToken);
        return await InTransactionAsync(connection, async own =>
        {
            var dataset = await own.TextAsync("SELECT resource::text FROM bigquery.datasets WHERE name = $1 FOR KEY SHARE", cancellationToken, name.Dataset)
                ?? throw BigQueryFault.NoDataset(name.Dataset);
            var made = TableResources.New(resource, name, fields, JsonNode.Parse(dataset)!.AsObject(), clock.GetUtcNow());
            var partitioning = view is null ? Partitioning.Of(made) : null;
            if (await FindAsync(own, name, locked: true, cancellationToken) is null) await Expiration.DropAsync(own, name, cancellationToken);
            if (await own.ExecuteAsync(
                "INSERT INTO bigquery.tables (dataset, name, resource) VALUES ($1, $2, '{}') ON CONFLICT DO NOTHING", cancellationToken, name.Dataset, name.Name) == 0)
            {
                throw BigQueryFault.Exists($"Table {LocalCloud.Project}:{name}");
            }
            if (view is not null) await Views.CreateAsync(own, name, view, made, cancellationToken);
            else await own.ExecuteAsync($"CREATE TABLE {Quoted(name)} ({string.Join(", ", fields.Select(TableSchema.Definition))})", cancellationToken);
            if (partitioning is not null) await own.ExecuteAsync($"CREATE INDEX ON {Quoted(name)} ({partitioning.Day})", cancellationToken);
            await SaveAsync(own, name, made, view, cancellationToken);
            await Views.RestoreAsync(own, cancellationToken);
            return made;
        }, cancellationToken);
    }

    /// <summary>Changes what the patch names: BigQuery's rules for schemas, labels one by one, null for none.</summary>
    /// <param name="ifMatch">The ETag it must still have; null for any.</param>
    /// <param name="connection">Within whose transaction; null for one of its own.</param>
    /// <exception cref="BigQueryFault">404, 412, or what can not be changed.</exception>
    public async Task<JsonObject> PatchTableAsync(TableName name, JsonObject patch, string? ifMatch, NpgsqlConnection? connection, CancellationToken cancellationToken)
    {
        var view = await TranslateAsync(patch["view"], cancellationToken);
        await SweepAsync(cancellationToken);
        return await InTransactionAsync(connection, async own =>
        {
            var resource = await FindAsync(own, name, locked: true, cancellationToken) ?? throw BigQueryFault.NoTable(name);
            if (ifMatch is not (null or "*") && ifMatch != (string?)resource["etag"]) throw new BigQueryFault(412, "conditionNotMet", "Precondition Failed");
            var isView = (string?)resource["type"] == "VIEW";
            if (view is not null && !isView) throw BigQueryFault.Invalid($"Cannot convert a table into a view: {LocalCloud.Project}:{name}");
            var isExternal = (string?)resource["type"] == ExternalTables.Type;
            if (patch[ExternalTables.Member] is not null && !isExternal) throw BigQueryFault.Invalid($"Cannot convert a table into an external table: {LocalCloud.Project}:{name}");
            TableResources.Apply(resource, patch, clock.GetUtcNow());
            if (isExternal)
            {
                if (patch["schema"] is { } other) resource["schema"] = other.DeepClone();
                await RemakeAsync(own, name, resource, await ExternalOnes.ColumnsAsync(resource, cancellationToken), cancellationToken);
            }
            else if (patch["schema"] is { } schema && (view is null || !isView)) await AlterAsync(own, name, resource, TableSchema.Read(schema), isView, cancellationToken);
            if (view is not null)
            {
                await own.ExecuteAsync($"DROP VIEW IF EXISTS {Quoted(name)} CASCADE", cancellationToken);
                await Views.CreateAsync(own, name, view, resource, cancellationToken);
            }
            await SaveAsync(own, name, resource, view, cancellationToken);
            await Views.RestoreAsync(own, cancellationToken);
            return resource;
        }, cancellationToken);
    }

    /// <summary>Empties a table and gives it other columns: what WRITE_TRUNCATE does with a schema of its own. What else the table has stays.</summary>
    /// <param name="connection">Within whose transaction.</param>
    /// <exception cref="BigQueryFault">404, or it is a view.</exception>
    public async Task<JsonObject> ReplaceAsync(TableName name, IReadOnlyList<TableField> fields, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var resource = await FindAsync(connection, name, locked: true, cancellationToken) ?? throw BigQueryFault.NoTable(name);
        if ((string?)resource["type"] is "VIEW" or ExternalTables.Type) throw BigQueryFault.Invalid($"Cannot write to a table of type {resource["type"]}: {LocalCloud.Project}:{name}");
        var same = TableSchema.Read(resource["schema"]).Select(TableSchema.Definition).SequenceEqual(fields.Select(TableSchema.Definition));
        if (same)
        {
            resource["schema"] = TableSchema.Write(fields);
            // Who waits to read it reads the new rows.
            await connection.ExecuteAsync($"TRUNCATE {Quoted(name)}", cancellationToken);
        }
        else
        {
            await RemakeAsync(connection, name, resource, fields, cancellationToken);
            if (Partitioning.Of(resource) is { } partitioning) await connection.ExecuteAsync($"CREATE INDEX ON {Quoted(name)} ({partitioning.Day})", cancellationToken);
        }
        resource["lastModifiedTime"] = $"{Now}";
        await SaveAsync(connection, name, resource, null, cancellationToken);
        await Views.RestoreAsync(connection, cancellationToken);
        return resource;
    }

    /// <returns>False when it was not there.</returns>
    public async Task<bool> DeleteTableAsync(TableName name, NpgsqlConnection? connection, CancellationToken cancellationToken)
    {
        await SweepAsync(cancellationToken);
        return await InTransactionAsync(connection, async own =>
        {
            var found = await FindAsync(own, name, locked: true, cancellationToken) is not null;
            if (found) await Expiration.DropAsync(own, name, cancellationToken);
            return found;
        }, cancellationToken);
    }

    /// <summary>Takes away what has expired.</summary>
    public Task SweepAsync(CancellationToken cancellationToken) => _expiration.SweepAsync(cancellationToken);

    /// <summary>The table in Postgres: <c>"bq_dataset"."table"</c>.</summary>
    public static string Quoted(TableName name) => $"\"bq_{name.Dataset}\".\"{name.Name}\"";

    /// <summary>The column type in Postgres for one of GoogleSQL's: <c>STRING</c> is <c>text</c>, <c>INT64</c> <c>bigint</c>, <c>FLOAT64</c> <c>double precision</c>, <c>BOOL</c> <c>boolean</c>, <c>NUMERIC</c> and <c>BIGNUMERIC</c> <c>numeric</c>, <c>TIMESTAMP</c> <c>timestamptz</c>, <c>DATETIME</c> <c>timestamp</c>, <c>DATE</c>, <c>TIME</c>, <c>JSON</c> <c>jsonb</c>, <c>BYTES</c> <c>bytea</c>.</summary>
    public static string TypeOf(TableField field) => TableSchema.TypeOf(field);

    /// <exception cref="BigQueryFault">It is no name, or Postgres has no room for it.</exception>
    public static TableName NameOf(JsonNode? reference)
    {
        var (dataset, table) = ((string?)reference?["datasetId"] ?? "", (string?)reference?["tableId"] ?? "");
        if (table.Length == 0 || !table.All(c => c is '_' or '-' or ' ' || char.IsLetterOrDigit(c)))
            throw BigQueryFault.Invalid($"Invalid table ID \"{table}\". Table IDs must be alphanumeric (plus underscores and dashes) and must be at most 1024 characters long.");
        if (Encoding.UTF8.GetByteCount(table) > 63) throw BigQueryFault.NotSupported("A table's name of more than 63 bytes");
        return new(dataset, table);
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<JsonObject?> FindAsync(NpgsqlConnection connection, TableName name, bool locked, CancellationToken cancellationToken) =>
        await connection.TextAsync(
            $"SELECT resource::text FROM bigquery.tables WHERE {Expiration.Stands} AND dataset = $2 AND name = $3{(locked ? " FOR UPDATE" : "")}", cancellationToken,
            Now, name.Dataset, name.Name) is { } text ? JsonNode.Parse(text)!.AsObject() : null;

    private static async Task SaveAsync(NpgsqlConnection connection, TableName name, JsonObject resource, string? view, CancellationToken cancellationToken)
    {
        resource["etag"] = await connection.TextAsync("SELECT encode(int8send(nextval('bigquery.versions')), 'base64')", cancellationToken);
        await connection.ExecuteAsync(
            "UPDATE bigquery.tables SET resource = $3::jsonb, view_sql = coalesce($4::text, view_sql) WHERE dataset = $1 AND name = $2", cancellationToken,
            name.Dataset, name.Name, resource.ToJsonString(), view);
    }

    private ExternalTables ExternalOnes => External ?? throw BigQueryFault.NotSupported("An external table");

    /// <summary>Makes the table anew, without rows; views on it are to be restored.</summary>
    private static async Task RemakeAsync(NpgsqlConnection connection, TableName name, JsonObject resource, IReadOnlyList<TableField> fields, CancellationToken cancellationToken)
    {
        resource["schema"] = TableSchema.Write(fields);
        await Views.DropAsync(connection, cancellationToken);
        await connection.ExecuteAsync($"DROP TABLE {Quoted(name)}", cancellationToken);
        await connection.ExecuteAsync($"CREATE TABLE {Quoted(name)} ({string.Join(", ", fields.Select(TableSchema.Definition))})", cancellationToken);
        await connection.ExecuteAsync("UPDATE bigquery.tables SET loaded = NULL WHERE dataset = $1 AND name = $2", cancellationToken, name.Dataset, name.Name);
    }

    private static async Task AlterAsync(
        NpgsqlConnection connection, TableName name, JsonObject resource, IReadOnlyList<TableField> wanted, bool isView, CancellationToken cancellationToken)
    {
        var changes = SchemaChange.Between(name, TableSchema.Read(resource["schema"]), wanted);
        if (isView && changes.Count > 0) throw BigQueryFault.Invalid($"The schema of a view is that of its query: {LocalCloud.Project}:{name}");
        if (changes.Any(change => change.Contains(" TYPE ", StringComparison.Ordinal))) await Views.DropAsync(connection, cancellationToken);
        if (changes.Count > 0) await connection.ExecuteAsync($"ALTER TABLE {Quoted(name)} {string.Join(", ", changes)}", cancellationToken);
        resource["schema"] = TableSchema.Write(wanted);
    }

    private async Task<string?> TranslateAsync(JsonNode? view, CancellationToken cancellationToken) => view switch
    {
        null => null,
        _ when view["query"] is null => null,
        _ when (bool?)view["useLegacySql"] is not false => throw BigQueryFault.NotSupported("A view in legacy SQL"),
        _ => await Translate((string)view["query"]!, cancellationToken),
    };

    private async Task<T> InTransactionAsync<T>(NpgsqlConnection? given, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        if (given is not null) return await work(given);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var result = await work(connection);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
