using System.Text.Json.Nodes;
using Landfall.Cloud;
using Npgsql;

namespace Landfall.Local.BigQuery;

/// <summary>The datasets: a resource each, and a schema of Postgres.</summary>
internal sealed class DatasetCatalog(NpgsqlDataSource database, TableCatalog tables, TimeProvider clock)
{
    private static readonly HashSet<string> Output = ["kind", "id", "etag", "selfLink", "creationTime", "lastModifiedTime", "datasetReference"];

    public async Task<JsonObject?> GetAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.TextAsync("SELECT resource::text FROM bigquery.datasets WHERE name = $1", cancellationToken, name) is { } text
            ? JsonNode.Parse(text)!.AsObject() : null;
    }

    public async Task<IReadOnlyList<JsonObject>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.RowsAsync("SELECT resource::text FROM bigquery.datasets ORDER BY name", cancellationToken);
        return [.. rows.Select(row => JsonNode.Parse(row[0]!)!.AsObject())];
    }

    /// <exception cref="BigQueryFault">409 <c>duplicate</c>, or a name that is none.</exception>
    public async Task<JsonObject> CreateAsync(JsonObject request, CancellationToken cancellationToken)
    {
        var name = (string?)request["datasetReference"]?["datasetId"] ?? "";
        if (name.Length == 0 || !name.All(c => c == '_' || char.IsAsciiLetterOrDigit(c)))
            throw BigQueryFault.Invalid($"Invalid dataset ID \"{name}\". Dataset IDs must be alphanumeric (plus underscores) and must be at most 1024 characters long.");
        if (name.Length > 60) throw BigQueryFault.NotSupported("A dataset's name of more than 60 characters");
        var made = new JsonObject
        {
            ["datasetReference"] = new JsonObject { ["projectId"] = LocalCloud.Project, ["datasetId"] = name },
            ["location"] = "US",
            ["creationTime"] = $"{clock.GetUtcNow().ToUnixTimeMilliseconds()}",
        };
        Apply(made, request);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.ExecuteAsync("INSERT INTO bigquery.datasets VALUES ($1, '{}') ON CONFLICT DO NOTHING", cancellationToken, name) == 0)
            throw BigQueryFault.Exists($"Dataset {LocalCloud.Project}:{name}");
        await connection.ExecuteAsync($"CREATE SCHEMA \"bq_{name}\"", cancellationToken);
        await SaveAsync(connection, name, made, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return made;
    }

    /// <exception cref="BigQueryFault">404, or 412 when it has another ETag.</exception>
    public async Task<JsonObject> PatchAsync(string name, JsonObject patch, string? ifMatch, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var text = await connection.TextAsync("SELECT resource::text FROM bigquery.datasets WHERE name = $1 FOR NO KEY UPDATE", cancellationToken, name)
            ?? throw BigQueryFault.NoDataset(name);
        var resource = JsonNode.Parse(text)!.AsObject();
        if (ifMatch is not (null or "*") && ifMatch != (string?)resource["etag"]) throw new BigQueryFault(412, "conditionNotMet", "Precondition Failed");
        Apply(resource, patch);
        await SaveAsync(connection, name, resource, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return resource;
    }

    /// <exception cref="BigQueryFault">404, or it has tables and they were not to go with it.</exception>
    public async Task DeleteAsync(string name, bool contents, CancellationToken cancellationToken)
    {
        var inside = await tables.ListAsync(name, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.TextAsync("SELECT name FROM bigquery.datasets WHERE name = $1 FOR UPDATE", cancellationToken, name) is null) throw BigQueryFault.NoDataset(name);
        if (inside.Count > 0 && !contents) throw new BigQueryFault(400, "resourceInUse", $"Dataset {LocalCloud.Project}:{name} is still in use");
        foreach (var table in await connection.RowsAsync("SELECT name FROM bigquery.tables WHERE dataset = $1", cancellationToken, name))
            await Expiration.DropAsync(connection, new TableName(name, table[0]!), cancellationToken);
        await connection.ExecuteAsync($"DROP SCHEMA \"bq_{name}\" CASCADE", cancellationToken);
        await connection.ExecuteAsync("DELETE FROM bigquery.datasets WHERE name = $1", cancellationToken, name);
        await transaction.CommitAsync(cancellationToken);
    }

    private void Apply(JsonObject resource, JsonObject patch)
    {
        TableResources.Merge(resource, patch, Output);
        foreach (var number in (ReadOnlySpan<string>)["defaultTableExpirationMs", "defaultPartitionExpirationMs"])
        {
            if (resource[number] is { } value) resource[number] = value.ToString();
        }
        resource["lastModifiedTime"] = $"{clock.GetUtcNow().ToUnixTimeMilliseconds()}";
    }

    private static async Task SaveAsync(NpgsqlConnection connection, string name, JsonObject resource, CancellationToken cancellationToken)
    {
        resource["etag"] = await connection.TextAsync("SELECT encode(int8send(nextval('bigquery.versions')), 'base64')", cancellationToken);
        await connection.ExecuteAsync("UPDATE bigquery.datasets SET resource = $2::jsonb WHERE name = $1", cancellationToken, name, resource.ToJsonString());
    }
}
