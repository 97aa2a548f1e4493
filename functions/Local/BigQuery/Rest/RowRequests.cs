using System.Text.Json.Nodes;
using Landfall.Cloud;

namespace Landfall.Local.BigQuery.Rest;

/// <summary><c>tabledata</c>: rows read and streamed.</summary>
internal sealed class RowRequests(TableCatalog catalog, TableRows rows, RowStream stream)
{
    public async Task<JsonObject> ListAsync(BigQueryRequest request, string dataset, string table)
    {
        var (name, resource) = await FindAsync(request, dataset, table);
        if ((string?)resource["type"] is "VIEW" or ExternalTables.Type) throw BigQueryFault.Invalid($"Cannot list a table of type {resource["type"]}.");
        var fields = TableSchema.Read(resource["schema"]);
        var total = (await rows.SizeAsync(name, request.Aborted)).Rows;
        var page = await rows.ReadAsync(name, fields, request.Start, request.Number("maxResults") ?? 10_000, request.Aborted);
        var answer = new JsonObject
        {
            ["kind"] = "bigquery#tableDataList",
            ["etag"] = (string?)resource["etag"],
            ["totalRows"] = $"{total}",
            ["rows"] = TableRows.Write(fields, page, request.Flag("formatOptions.useInt64Timestamp")),
        };
        if (request.Start + page.Count < total && page.Count > 0) answer["pageToken"] = $"{request.Start + page.Count}";
        return answer;
    }

    /// <summary><c>insertAll</c>. Rows are never taken for doubles of earlier ones: BigQuery promises to remove those as well as it can, and nobody may rely on it.</summary>
    public async Task<JsonObject> InsertAsync(BigQueryRequest request, string dataset, string table)
    {
        var body = await request.BodyAsync(RowStream.MostBytes, JsonBody.TokensOfRows);
        var (name, resource) = await FindAsync(request, dataset, table);
        if ((string?)resource["type"] is "VIEW" or ExternalTables.Type) throw BigQueryFault.Invalid($"Cannot add rows to a table of type {resource["type"]}: {LocalCloud.Project}:{name}");
        if (body["templateSuffix"] is not null) throw BigQueryFault.NotSupported("templateSuffix");
        if (body["rows"] is not JsonArray { Count: > 0 } given) throw BigQueryFault.Invalid("No rows present in the request.");
        if (given.Count > RowStream.MostRows) throw BigQueryFault.Invalid($"Too many rows present in the request, limit: {RowStream.MostRows} row count: {given.Count}.");
        var faults = await stream.InsertAsync(
            name, TableSchema.Read(resource["schema"]), given, (bool?)body["skipInvalidRows"] is true, (bool?)body["ignoreUnknownValues"] is true, request.Aborted);
        var answer = new JsonObject { ["kind"] = "bigquery#tableDataInsertAllResponse" };
        if (faults.Count > 0) answer["insertErrors"] = new JsonArray([.. faults]);
        return answer;
    }

    private async Task<(TableName Name, JsonObject Resource)> FindAsync(BigQueryRequest request, string dataset, string table)
    {
        var name = BigQueryRequest.Table(dataset, table);
        return (name, await catalog.GetTableAsync(name, request.Aborted) ?? throw BigQueryFault.NoTable(name));
    }
}
