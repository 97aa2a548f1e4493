using System.Text.Json.Nodes;

namespace Landfall.Local.BigQuery.Rest;

/// <summary><c>tabledata</c>: rows read and streamed.</summary>
internal sealed class RowRequests(TableCatalog catalog, TableRows rows)
{
    public async Task<JsonObject> ListAsync(BigQueryRequest request, string dataset, string table)
    {
        var name = BigQueryRequest.Table(dataset, table);
        var resource = await catalog.GetTableAsync(name, request.Aborted) ?? throw BigQueryFault.NoTable(name);
        if ((string?)resource["type"] == "VIEW") throw BigQueryFault.Invalid($"Cannot list a table of type VIEW.");
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
}
