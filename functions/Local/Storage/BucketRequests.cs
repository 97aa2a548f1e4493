namespace Landfall.Local.Storage;

internal sealed class BucketRequests(ObjectStore store)
{
    public async Task ListAsync(StorageRequest request)
    {
        var prefix = request.Text("prefix") ?? "";
        var buckets = await store.BucketsAsync(request.Aborted);
        await StorageReply.WriteAsync(request.Context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteString("kind", "storage#buckets");
            json.WriteStartArray("items");
            foreach (var bucket in buckets.Where(b => b.Name.StartsWith(prefix, StringComparison.Ordinal))) StorageReply.Bucket(json, bucket, request.Root);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public async Task GetAsync(StorageRequest request, string bucket)
    {
        var found = await store.BucketAsync(bucket, request.Aborted) ?? throw StorageException.NoBucket(bucket);
        await StorageReply.WriteAsync(request.Context, 200, json => StorageReply.Bucket(json, found, request.Root));
    }

    public async Task CreateAsync(StorageRequest request)
    {
        using var body = await UploadMetadata.ParseAsync(request.Context.Request.Body, request.Aborted);
        var name = UploadMetadata.Text(body, "name") ?? throw new StorageException(400, "required", "Required parameter: name");
        if (!await store.CreateBucketAsync(name, request.Aborted))
            throw new StorageException(409, "conflict", "Your previous request to create the named bucket succeeded and you already own it.");
        await GetAsync(request, name);
    }

    public async Task LayoutAsync(StorageRequest request, string bucket)
    {
        if (await store.BucketAsync(bucket, request.Aborted) is null) throw StorageException.NoBucket(bucket);
        await StorageReply.WriteAsync(request.Context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteString("kind", "storage#storageLayout");
            json.WriteString("bucket", bucket);
            json.WriteString("location", "US");
            json.WriteString("locationType", "multi-region");
            json.WriteStartObject("hierarchicalNamespace");
            json.WriteBoolean("enabled", false);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
