using System.Net;
using Google;
using Google.Cloud.Storage.V1;
using StorageObject = Google.Apis.Storage.v1.Data.Object;

namespace Landfall.Cloud;

/// <summary>One upload by Google's client, which sends in chunks and remembers the last; here it is resumed until it is through or nothing moves any more.</summary>
internal sealed class ObjectUpload(StorageClient client, OfficialCalls calls, StorageObject target, long? ifGenerationMatch, int chunkSize) : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly string _doing = $"writing gs://{target.Bucket}/{target.Name}";
    private readonly UploadWatch _watch = new();

    /// <returns>Null when the precondition does not hold.</returns>
    public async Task<StorageObject?> SendAsync(Stream content, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        var upload = client.CreateObjectUploader(target, content, new() { ChunkSize = chunkSize, IfGenerationMatch = ifGenerationMatch });
        UploadWatch.Current.Value = _watch;
        var progress = await upload.UploadAsync(either.Token).ConfigureAwait(false);
        for (var fruitless = 0; progress.Exception is { } fault; fruitless++)
        {
            either.Token.ThrowIfCancellationRequested();
            if (fault is GoogleApiException { HttpStatusCode: HttpStatusCode.PreconditionFailed }) return null;
            if (!MayPass(fault, either.Token)) throw Verdict(fault);
            if (fruitless == Backoff.Retries) throw fault is GoogleApiException ? Verdict(fault) : calls.Api.Unreachable(fault);
            await calls.Api.Backoff.WaitAsync(fruitless, _watch.Refusal, either.Token).ConfigureAwait(false);
            var sent = progress.BytesSent;
            progress = await upload.ResumeAsync(either.Token).ConfigureAwait(false);
            if (progress.BytesSent > sent) fruitless = -1;
        }
        return upload.ResponseBody ?? throw new RetryException($"Cloud Storage answered {_doing} without the object");
    }

    /// <summary>Ends what runs, and tells the service to forget what has arrived.</summary>
    /// <param name="running">The upload, if it has begun.</param>
    public async Task AbandonAsync(Task? running)
    {
        await _end.CancelAsync().ConfigureAwait(false);
        if (running is not null) await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_watch.Session is not { } session) return;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), calls.Api.Clock);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, session);
            using var response = await calls.Api.SendOnceAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (GoogleApi.IsLost(e, CancellationToken.None) || e is RetryException)
        {
            // Nothing came into being either way.
        }
    }

    public void Dispose() => _end.Dispose();

    /// <summary>What began no session has had its few attempts.</summary>
    private bool MayPass(Exception fault, CancellationToken cancellationToken) =>
        _watch.Session is not null && (fault is GoogleApiException ? _watch.Refusal is { } refusal && calls.Api.Backoff.IsPassing(refusal) : GoogleApi.IsLost(fault, cancellationToken));

    private Exception Verdict(Exception fault) => fault switch
    {
        GoogleApiException { HttpStatusCode: HttpStatusCode.NotFound or HttpStatusCode.Gone } when _watch.Session is not null => new RetryException($"Cloud Storage lost the upload session while {_doing}"),
        GoogleApiException e => calls.Refused(e, _doing, ObjectWriter.Permission),
        RetryException or OperationCanceledException => fault,
        _ => new RetryException($"Cloud Storage failed {_doing}: {fault.Message}", inner: fault),
    };
}
