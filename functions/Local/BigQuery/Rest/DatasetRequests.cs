using System.Text.Json.Nodes;

namespace Landfall.Local.BigQuery.Rest;

internal sealed class DatasetRequests(DatasetCatalog datasets)
{
    public async Task<JsonObject> ListAsync(BigQueryRequest request)
    {
        var all = await datasets.ListAsync(request.Aborted);
        return BigQueryReply.Page(request, "bigquery#datasetList", "datasets", [.. all.Select(dataset =>
            BigQueryReply.Only(BigQueryReply.Dataset(dataset, request), "kind", "id", "datasetReference", "labels", "friendlyName", "location"))]);
    }

    public async Task<JsonObject> GetAsync(BigQueryRequest request, string name) =>
        BigQueryReply.Dataset(await datasets.GetAsync(name, request.Aborted) ?? throw BigQueryFault.NoDataset(name), request);

    public async Task<JsonObject> CreateAsync(BigQueryRequest request) =>
        BigQueryReply.Dataset(await datasets.CreateAsync(await request.BodyAsync(), request.Aborted), request);

    public async Task<JsonObject> PatchAsync(BigQueryRequest request, string name) =>
        BigQueryReply.Dataset(await datasets.PatchAsync(name, await request.BodyAsync(), request.IfMatch, request.Aborted), request);

    public async Task<JsonObject> DeleteAsync(BigQueryRequest request, string name)
    {
        await datasets.DeleteAsync(name, request.Flag("deleteContents"), request.Aborted);
        return [];
    }
}
