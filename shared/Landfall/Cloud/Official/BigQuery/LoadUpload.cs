using System.Net;
using System.Runtime.InteropServices;
using Google;
using Google.Apis.Bigquery.v2;
using Data = Google.Apis.Bigquery.v2.Data;

namespace Landfall.Cloud;

/// <summary>
/// A load job on its way up: its configuration opens a resumable upload, and BigQuery makes the job when the last byte has come
/// (https://cloud.google.com/bigquery/docs/reference/api-uploads). The content is at hand, so whatever is lost begins again.
/// </summary>
/// <param name="api">BigQuery.</param>
/// <param name="chunkSize">Bytes a request, a multiple of 256 KiB.</param>
internal sealed class LoadUpload(BigQueryApi api, int chunkSize)
{
    public async Task<JobSubmission> SubmitAsync(Data.Job job, ReadOnlyMemory<byte> content, BigQueryOperation operation, CancellationToken cancellationToken)
    {
        for (var refusals = 0; ; refusals++)
        {
            var (upload, fault, opened) = await UploadAsync(job, content, cancellationToken).ConfigureAwait(false);
            if (fault is null) return new JobSubmission(upload.ResponseBody?.JobReference is null ? null : Jobs.Read(upload.ResponseBody));
            if (fault is not GoogleApiException answer) throw GoogleApi.IsLost(fault, cancellationToken) ? api.Google.Unreachable(fault) : fault;
            var refused = BigQueryApi.Refused(answer, operation);
            // The upload is gone, be it that it was never finished or that it has made its job; or the id is taken.
            var gone = opened && answer.HttpStatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone;
            if (gone || answer.HttpStatusCode == HttpStatusCode.Conflict) return new JobSubmission(null, refused);
            var limited = opened && refused.Status < 500 && refused.IsPassing;
            if (!limited || refusals == Backoff.Retries) return new JobSubmission(null, refused, Again: false);
            await api.RestAsync(refusals, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>What went wrong at last, and whether it had begun.</returns>
    private async Task<(JobsResource.InsertMediaUpload Upload, Exception? Fault, bool Opened)> UploadAsync(Data.Job job, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var bytes = MemoryMarshal.TryGetArray(content, out var array) ? array : content.ToArray();
        using var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        var upload = api.Service.Jobs.Insert(job, api.Project, stream, "application/octet-stream");
        upload.ChunkSize = chunkSize;
        var watch = new UploadWatch();
        UploadWatch.Current.Value = watch;
        var progress = await upload.UploadAsync(cancellationToken).ConfigureAwait(false);
        var most = 0L;
        for (var fruitless = 0; watch.Session is not null && fruitless < Backoff.Retries && MayPass(progress.Exception, cancellationToken); fruitless++)
        {
            await api.Google.Backoff.WaitAsync(fruitless, null, cancellationToken).ConfigureAwait(false);
            progress = await upload.ResumeAsync(cancellationToken).ConfigureAwait(false);
            // What BigQuery had and forgot goes up again, but that is no progress.
            if (progress.BytesSent > most) (most, fruitless) = (progress.BytesSent, -1);
        }
        cancellationToken.ThrowIfCancellationRequested();
        return (upload, progress.Exception, watch.Session is not null);
    }

    private static bool MayPass(Exception? fault, CancellationToken cancellationToken) => fault switch
    {
        null => false,
        GoogleApiException e => e.HttpStatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
        _ => GoogleApi.IsLost(fault, cancellationToken),
    };
}
