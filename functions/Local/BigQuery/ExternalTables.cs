using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Local.BigQuery.Loads;
using Landfall.Local.Storage;
using Npgsql;

namespace Landfall.Local.BigQuery;

/// <summary>
/// External tables: what a query sees are the objects as they are then. Here their rows stand in a table of Postgres', which is read anew before a query when other versions of objects are there.
/// </summary>
internal sealed class ExternalTables(NpgsqlDataSource database, LoadFiles files)
{
    /// <summary>The member of a <c>tables</c> resource that makes it external.</summary>
    public const string Member = "externalDataConfiguration";

    /// <summary>The resource's <c>type</c>.</summary>
    public const string Type = "EXTERNAL";

    /// <summary>A laptop reads no more than this before each query.</summary>
    private const long MostBytes = 1L << 30;

    private const int MostFiles = 10_000;

    /// <summary>The external tables that are among some tables and views, or behind these. $1 is their names in Postgres.</summary>
    private const string Seen = $"""
        WITH RECURSIVE seen AS (
            SELECT to_regclass(n)::oid AS oid FROM unnest($1::text[]) AS n
            UNION
            SELECT d.refobjid FROM seen s JOIN pg_rewrite r ON r.ev_class = s.oid JOIN pg_depend d ON d.objid = r.oid AND d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass)
        SELECT dataset, name FROM bigquery.tables
        WHERE resource ->> 'type' = '{Type}' AND to_regclass(pg_catalog.format('%I.%I', 'bq_' || dataset, name))::oid IN (SELECT oid FROM seen)
        """;

    /// <summary>The columns that an external table has: the schema's or, of Avro, those of the last file.</summary>
    /// <exception cref="BigQueryFault">What is wrong with the resource.</exception>
    public async Task<IReadOnlyList<TableField>> ColumnsAsync(JsonObject resource, CancellationToken cancellationToken)
    {
        var load = Load(resource);
        Check(load);
        var isAvro = (string?)load["sourceFormat"] == "AVRO";
        if (!isAvro && load["schema"] is null) throw (bool?)load["autodetect"] is true ? BigQueryFault.NotSupported("A schema that is detected (autodetect)") : BigQueryFault.Invalid("No schema specified for an external table, and autodetect is off.");
        var found = isAvro ? await FindAsync(resource, load, cancellationToken) : [];
        // Of any but Avro no file is opened.
        return (await LoadFormat.OfAsync(load, [.. found.Select(files.File)], BadRows.Of(load), () => throw BigQueryFault.Invalid("No schema specified."), cancellationToken)).Fields;
    }

    /// <summary>Whether a table is external.</summary>
    public static async Task<bool> IsOneAsync(NpgsqlConnection connection, TableName name, CancellationToken cancellationToken) =>
        await connection.TextAsync($"SELECT 'x' FROM bigquery.tables WHERE resource ->> 'type' = '{Type}' AND dataset = $1 AND name = $2", cancellationToken, name.Dataset, name.Name) is not null;

    /// <summary>Reads those anew that a statement names, or may see through a view, and whose objects are not what they were.</summary>
    /// <param name="connection">The statement's own.</param>
    /// <param name="named">The tables and views that it names.</param>
    /// <exception cref="BigQueryFault">The files can not be read.</exception>
    public async Task RefreshAsync(NpgsqlConnection connection, IReadOnlyCollection<TableName> named, CancellationToken cancellationToken)
    {
        if (named.Count == 0) return;
        foreach (var row in await connection.RowsAsync(Seen, cancellationToken, (object)named.Select(TableCatalog.Quoted).ToArray())) await RefreshAsync(new(row[0]!, row[1]!), cancellationToken);
    }

    private async Task RefreshAsync(TableName name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // One reads it, and the others then see that it was read.
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", cancellationToken, $"external {name}");
        if (await connection.RowsAsync("SELECT resource::text, loaded FROM bigquery.tables WHERE dataset = $1 AND name = $2", cancellationToken, name.Dataset, name.Name) is not [[{ } text, var loaded]]) return;
        var resource = JsonNode.Parse(text)!.AsObject();
        var load = Load(resource);
        var found = await FindAsync(resource, load, cancellationToken);
        var print = Print(load, found);
        if (print == loaded) return;

        // Not TRUNCATE: who reads it meanwhile reads on.
        await connection.ExecuteAsync($"DELETE FROM {TableCatalog.Quoted(name)}", cancellationToken);
        LoadFile[] all = [.. found.Select(files.File)];
        var columns = TableSchema.Read(resource["schema"]);
        var (_, read) = await LoadFormat.OfAsync(load, all, BadRows.Of(load), () => Task.FromResult(columns), cancellationToken);
        var into = $"{TableCatalog.Quoted(name)} ({string.Join(", ", columns.Select(column => TableSchema.Column(column.Name)))})";
        await TableWriter.CopyAsync(connection, into, columns, (copy, wanted, token) => LoadFiles.ReadAsync(all, read, wanted, copy, token), cancellationToken);
        await connection.ExecuteAsync("UPDATE bigquery.tables SET loaded = $3 WHERE dataset = $1 AND name = $2", cancellationToken, name.Dataset, name.Name, print);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<List<ObjectResource>> FindAsync(JsonObject resource, JsonObject load, CancellationToken cancellationToken)
    {
        var found = new SortedDictionary<string, ObjectResource>(StringComparer.Ordinal);
        foreach (var uri in load["sourceUris"]!.AsArray().Select(uri => (string)uri!))
        {
            var matching = await files.FindAsync(uri, cancellationToken);
            if (matching.Count == 0)
                throw BigQueryFault.Invalid($"Failed to expand table {resource["tableReference"]?["datasetId"]}.{resource["tableReference"]?["tableId"]} with file pattern {uri}: matched no files.");
            foreach (var version in matching) found[$"{version.Bucket}/{version.Name}"] = version;
        }
        if (found.Count > MostFiles || found.Values.Sum(version => version.Size) > MostBytes)
            throw BigQueryFault.NotSupported($"An external table of more than {MostFiles} files or {MostBytes >> 20} MiB");
        return [.. found.Values];
    }

    /// <summary>The configuration as a load has it: the options of formats beside the others.</summary>
    private static JsonObject Load(JsonObject resource)
    {
        var external = resource[Member]!.AsObject();
        if (external["schema"] is not null && external["connectionId"] is not null)
            throw BigQueryFault.Invalid("Schema can be specified only on the Table.Schema field for external tables with an associated connection_id but schema was provided on Table.Externaldataconfig.Schema.");
        var load = external.DeepClone().AsObject();
        foreach (var options in (ReadOnlySpan<string>)["csvOptions", "jsonOptions", "avroOptions"])
        {
            if (load.Remove(options, out var format) && format is JsonObject some) TableResources.Merge(load, some);
        }
        if (resource["schema"]?.DeepClone() is { } schema) load["schema"] = schema;
        return load;
    }

    private static void Check(JsonObject load)
    {
        if ((string?)load["sourceFormat"] is not ("CSV" or "NEWLINE_DELIMITED_JSON" or "AVRO")) throw BigQueryFault.NotSupported($"An external table of the format {load["sourceFormat"] ?? "that is not said"}");
        if (load["hivePartitioningOptions"] is not null) throw BigQueryFault.NotSupported("hivePartitioningOptions");
        if (load["sourceUris"] is not JsonArray { Count: > 0 } uris) throw new BigQueryFault(400, "required", "Required parameter is missing: sourceUris");
        if (uris.Select(uri => (string?)uri ?? "").FirstOrDefault(uri => uri.Count(c => c == '*') > 1) is { } uri) throw BigQueryFault.Invalid($"Invalid source URI: {uri}. A URI can contain one '*' wildcard character, behind the bucket's name.");
    }

    private static string Print(JsonObject load, IEnumerable<ObjectResource> found)
    {
        var text = new StringBuilder(load.ToJsonString());
        foreach (var version in found) text.Append($"\n{version.Bucket}/{version.Name}#{version.Generation}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
