using System.Net;
using System.Text.Json;

namespace Landfall.Cloud;

/// <summary>
/// A load job on its way up: its configuration opens a resumable upload, and BigQuery makes the job when the last byte has come
/// (https://cloud.google.com/bigquery/docs/reference/api-uploads). The content is at hand, so whatever is lost begins again.
/// </summary>
/// <param name="api">BigQuery.</param>
/// <param name="chunkSize">Bytes a request, a multiple of 256 KiB.</param>
internal sealed class LoadUpload(BigQueryApi api, int chunkSize)
{
    private const string ContentType = "application/octet-stream";

    public async Task<JobSubmission> SubmitAsync(
        ReadOnlyMemory<byte> job, ReadOnlyMemory<byte> content, BigQueryOperation operation, CancellationToken cancellationToken)
    {
        for (var refusals = 0; ; refusals++)
        {
            var (answer, opened) = await UploadAsync(job, content, operation, cancellationToken);
            using var ended = answer;
            if (answer.IsSuccessStatusCode) return new JobSubmission(await JobAsync(answer, cancellationToken));
            var refused = await BigQueryApi.RefusedAsync(answer, operation, cancellationToken);
            // The upload is gone, be it that it was never finished or that it has made its job; or the id is taken.
            var gone = opened && answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone;
            if (gone || answer.StatusCode == HttpStatusCode.Conflict) return new JobSubmission(null, refused);
            var limited = opened && refused.Status < 500 && refused.IsPassing;
            if (!limited || refusals == Backoff.Retries) return new JobSubmission(null, refused, Again: false);
            await api.RestAsync(refusals, cancellationToken);
        }
    }

    /// <returns>The answer that ended it, and whether it had begun.</returns>
    private async Task<(HttpResponseMessage Answer, bool Opened)> UploadAsync(
        ReadOnlyMemory<byte> job, ReadOnlyMemory<byte> content, BigQueryOperation operation, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(job, content.Length, cancellationToken);
        if (!opened.IsSuccessStatusCode) return (opened, false);
        using (opened)
        {
            var session = opened.Headers.Location
                ?? throw new RetryException($"BigQuery opened no upload for {operation.Doing}: its answer has no Location", "Check LANDFALL_BIGQUERY_ENDPOINT.");
            return (await SendAsync(new ResumableUpload(api.Google, session, ContentType), content, cancellationToken), true);
        }
    }

    private Task<HttpResponseMessage> OpenAsync(ReadOnlyMemory<byte> job, int length, CancellationToken cancellationToken) =>
        api.SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, api.Google.Uri("/upload" + api.Path("jobs?uploadType=resumable")))
                {
                    Content = BigQueryApi.Json(job),
                };
                request.Headers.TryAddWithoutValidation("X-Upload-Content-Type", ContentType);
                request.Headers.TryAddWithoutValidation("X-Upload-Content-Length", length.ToString());
                return request;
            },
            cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(ResumableUpload upload, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var (arrived, most) = (0, 0);
        for (var fruitless = 0; fruitless <= Backoff.Retries; fruitless++)
        {
            var chunk = content.Slice(arrived, Math.Min(chunkSize, content.Length - arrived));
            var answer = await upload.SendAsync(chunk, arrived, content.Length, fruitless, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.PermanentRedirect) return answer;
            using (answer) arrived = (int)Math.Min(ResumableUpload.Arrived(answer), content.Length);
            // What BigQuery had and forgot goes up again, but that is no progress.
            if (arrived > most) (most, fruitless) = (arrived, -1);
        }
        throw api.Google.Unreachable(null);
    }

    /// <returns>Null when the answer, to a question about an upload that had ended, does not tell.</returns>
    private static async Task<BigQueryReplies.Job?> JobAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            var job = await JsonSerializer.DeserializeAsync(
                await answer.Content.ReadAsStreamAsync(cancellationToken), BigQueryJson.Default.Job, cancellationToken);
            return job?.JobReference is null ? null : job;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
