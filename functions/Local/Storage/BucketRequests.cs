using System.Text.Json.Nodes;

namespace Landfall.Local.Storage;

internal sealed class BucketRequests(ObjectStore store)
{
    public async Task ListAsync(StorageRequest request)
    {
        var prefix = request.Text("prefix") ?? "";
        var buckets = (await store.BucketsAsync(request.Aborted)).Where(bucket => bucket.Name.StartsWith(prefix, StringComparison.Ordinal));
        await StorageReply.WriteAsync(request.Context, new JsonObject
        {
            ["kind"] = "storage#buckets",
            ["items"] = new JsonArray([.. buckets.Select(bucket => StorageReply.Bucket(bucket, request.Root))]),
        });
    }

    public async Task GetAsync(StorageRequest request, string bucket) =>
        await StorageReply.WriteAsync(request.Context, StorageReply.Bucket(await FindAsync(request, bucket), request.Root));

    public async Task CreateAsync(StorageRequest request)
    {
        using var body = await UploadMetadata.ParseAsync(request.Context.Request, request.Aborted);
        var name = UploadMetadata.Text(body, "name") ?? throw new StorageException(400, "required", "Required parameter: name");
        if (!await store.CreateBucketAsync(name, request.Aborted))
            throw new StorageException(409, "conflict", $"The bucket '{name}' is there already, and it is yours.");
        await GetAsync(request, name);
    }

    public async Task LayoutAsync(StorageRequest request, string bucket) => await StorageReply.WriteAsync(request.Context, new JsonObject
    {
        ["kind"] = "storage#storageLayout",
        ["bucket"] = (await FindAsync(request, bucket)).Name,
        ["location"] = "US",
        ["locationType"] = "multi-region",
        ["hierarchicalNamespace"] = new JsonObject { ["enabled"] = false },
    });

    private async Task<BucketResource> FindAsync(StorageRequest request, string bucket) =>
        await store.BucketAsync(bucket, request.Aborted) ?? throw StorageException.NoBucket(bucket);
}
