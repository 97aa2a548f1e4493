using System.Security.Cryptography;
using Landfall.Cloud;
using Landfall.Hosting;
using Microsoft.Extensions.Logging;

namespace Landfall.Functions;

/// <summary>Streams a published file into an object. Nothing is written of what is not whole, and nothing of what is there already.</summary>
public sealed class Downloader(CloudStorage storage, WebSource web, Settings settings, ILogger<Fetch> log)
{
    /// <summary>Beginnings, where a broken download can not go on: the file has changed meanwhile, or its server knows no ranges.</summary>
    private const int Attempts = 3;

    /// <param name="url">Where it is published.</param>
    /// <param name="bucket">The bucket without the deployment's prefix.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="cancellationToken">Ends it; nothing was written then.</param>
    /// <exception cref="RetryException">It did not arrive, or not as its server says it is.</exception>
    public async Task BringAsync(Uri url, string bucket, string name, CancellationToken cancellationToken)
    {
        bucket = settings.Bucket(bucket);
        var live = await storage.GetAsync(bucket, name, cancellationToken: cancellationToken);
        var known = FetchNotes.Of(live, url);
        for (var attempt = 1; ; attempt++)
        {
            await using var file = await WebFile.OpenAsync(web, url, known, cancellationToken);
            if (file is null)
            {
                FetchLog.NotModified(log, url.Host, live!.Identity);
                return;
            }
            try
            {
                await CopyAsync(file, url, bucket, name, live, cancellationToken);
                return;
            }
            catch (BrokenOffException e) when (attempt == Attempts)
            {
                throw new RetryException($"The file at {url.Host} was begun {Attempts} times and never came whole: {e.Message}", inner: e);
            }
            catch (BrokenOffException e)
            {
                FetchLog.BeginsAgain(log, url.Host, e.Message);
            }
        }
    }

    private async Task CopyAsync(WebFile file, Uri url, string bucket, string name, StoredObject? live, CancellationToken cancellationToken)
    {
        // Of two ticks at once one writes: only over what both have seen.
        await using var writer = storage.OpenWrite(bucket, name, file.ContentType, live?.Generation ?? 0, file.Notes.ToMetadata());
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var buffer = new byte[1 << 16];
        for (int read; (read = await file.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            md5.AppendData(buffer, 0, read);
            await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        var hash = Convert.ToBase64String(md5.GetHashAndReset());
        if (file.Md5Hash is { } promised && promised != hash)
            throw new RetryException($"The file from {url.Host} has arrived with another checksum than its server says", "It was damaged on its way, or changed there while it was read.");
        if (hash == live?.Md5Hash)
        {
            FetchLog.SameBytes(log, url.Host, live.Identity);
            return;
        }
        if (await writer.CompleteAsync(cancellationToken) is { } stored)
        {
            FetchLog.Fetched(log, url.Host, stored.Identity, stored.Size);
            return;
        }
        var theirs = await storage.GetAsync(bucket, name, cancellationToken: cancellationToken);
        if (theirs?.Md5Hash != hash) throw new RetryException($"gs://{bucket}/{name} was written by somebody else while it was fetched from {url.Host}");
        FetchLog.SameBytes(log, url.Host, theirs.Identity);
    }
}
