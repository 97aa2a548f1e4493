using System.Text.Json.Nodes;

namespace Landfall.Local.BigQuery.Rest;

internal sealed class TableRequests(TableCatalog catalog, DatasetCatalog datasets, TableRows rows)
{
    public async Task<JsonObject> ListAsync(BigQueryRequest request, string dataset)
    {
        if (await datasets.GetAsync(dataset, request.Aborted) is null) throw BigQueryFault.NoDataset(dataset);
        var all = await catalog.ListAsync(dataset, request.Aborted);
        var page = BigQueryReply.Page(request, "bigquery#tableList", "tables", [.. all.Select(table =>
            BigQueryReply.Only(BigQueryReply.Table(table, request), "kind", "id", "tableReference", "type", "labels", "timePartitioning", "clustering", "creationTime", "expirationTime", "view"))]);
        page["totalItems"] = all.Count;
        return page;
    }

    public async Task<JsonObject> GetAsync(BigQueryRequest request, string dataset, string table)
    {
        var name = BigQueryRequest.Table(dataset, table);
        var resource = await catalog.GetTableAsync(name, request.Aborted)
            ?? throw (await datasets.GetAsync(dataset, request.Aborted) is null ? BigQueryFault.NoDataset(dataset) : BigQueryFault.NoTable(name));
        if ((string?)resource["type"] == "TABLE")
        {
            var (count, bytes) = await rows.SizeAsync(name, request.Aborted);
            (resource["numRows"], resource["numBytes"], resource["numLongTermBytes"]) = ($"{count}", $"{bytes}", "0");
        }
        return BigQueryReply.Table(resource, request);
    }

    public async Task<JsonObject> CreateAsync(BigQueryRequest request, string dataset)
    {
        var body = await request.BodyAsync();
        if (body["tableReference"] is not JsonObject reference || (string?)reference["datasetId"] != dataset)
            throw BigQueryFault.Invalid("The tableReference does not name the dataset of the path.");
        return BigQueryReply.Table(await catalog.CreateTableAsync(body, null, request.Aborted), request);
    }

    public async Task<JsonObject> PatchAsync(BigQueryRequest request, string dataset, string table) =>
        BigQueryReply.Table(await catalog.PatchTableAsync(BigQueryRequest.Table(dataset, table), await request.BodyAsync(), request.IfMatch, null, request.Aborted), request);

    public async Task<JsonObject> DeleteAsync(BigQueryRequest request, string dataset, string table)
    {
        var name = BigQueryRequest.Table(dataset, table);
        return await catalog.DeleteTableAsync(name, null, request.Aborted) ? [] : throw BigQueryFault.NoTable(name);
    }
}
