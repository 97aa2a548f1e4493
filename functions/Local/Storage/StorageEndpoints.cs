using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Landfall.Local.Storage;

/// <summary>
/// Cloud Storage's JSON API on the paths that Google's own clients ask: metadata under <c>/storage/v1</c>, content under
/// <c>/download/storage/v1</c> (or with <c>alt=media</c>), uploads under <c>/upload/storage/v1</c> (gcloud's resumable ones under <c>/resumable/upload</c>).
/// </summary>
public static class StorageEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, ObjectStore store)
    {
        var buckets = new BucketRequests(store);
        var objects = new ObjectRequests(store);
        var uploads = new UploadRequests(store);
        MapService("/storage/v1");
        MapService("/download/storage/v1");
        MapService("/upload/storage/v1");
        MapService("/resumable/upload/storage/v1");

        void MapService(string service) => routes.Map(service + "/{**path}", async context =>
        {
            try
            {
                await AnswerAsync(StorageRequest.Of(context, service));
            }
            catch (StorageException fault) when (!context.Response.HasStarted)
            {
                await StorageReply.WriteAsync(context, fault);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException && context.RequestAborted.IsCancellationRequested)
            {
                // The caller has gone; nobody is left to answer.
            }
        });

        Task AnswerAsync(StorageRequest request) => (request.IsUpload, request.Method, request.Segments) switch
        {
            (true, "POST", ["b", var bucket, "o"]) => uploads.PostAsync(request, bucket),
            (true, "PUT", ["b", _, "o"]) => uploads.ContinueAsync(request),
            (true, "DELETE", ["b", _, "o"]) => uploads.AbandonAsync(request),
            (false, "GET", ["b"]) => buckets.ListAsync(request),
            (false, "POST", ["b"]) => buckets.CreateAsync(request),
            (false, "GET", ["b", var bucket]) => buckets.GetAsync(request, bucket),
            (false, "GET", ["b", var bucket, "storageLayout"]) => buckets.LayoutAsync(request, bucket),
            (false, "GET", ["b", var bucket, "o"]) => objects.ListAsync(request, bucket),
            (false, "GET", ["b", var bucket, "o", var name]) => objects.GetAsync(request, bucket, name),
            (false, "DELETE", ["b", var bucket, "o", var name]) => objects.DeleteAsync(request, bucket, name),
            (false, "POST", ["b", var bucket, "o", var name, "compose"]) => objects.ComposeAsync(request, bucket, name),
            (false, "POST", ["b", var bucket, "o", var name, "rewriteTo", "b", var toBucket, "o", var toName]) =>
                objects.RewriteAsync(request, bucket, name, toBucket, toName),
            _ => throw new StorageException(
                404, "notFound", $"{request.Method} {request.Service}/{string.Join('/', request.Segments)} is not supported by the local Cloud Storage"),
        };
    }
}
