using System.Security.Cryptography;
using Landfall.Cloud;

namespace Landfall.Tool;

/// <summary>A file on its way into a bucket: once, whole, and the bytes that were read here.</summary>
internal sealed class Upload(CloudStorage storage, string bucket, TargetFile target)
{
    /// <returns>The version that stands, and whether it was sent now: one with the same bytes is not sent again.</returns>
    /// <exception cref="RetryException">The bucket can not be reached, or somebody else writes the same object.</exception>
    public async Task<(StoredObject Version, bool Sent)> RunAsync(IProgress<long> progress, CancellationToken cancellationToken)
    {
        var standing = await storage.GetAsync(bucket, target.Name, cancellationToken: cancellationToken);
        if (standing?.Md5Hash is { } known && standing.Size == target.File.Length && known == await Md5Async(cancellationToken)) return (standing, false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        await using var content = target.Open(progress);
        // Only over what was looked at: of two who send at once, one is told.
        await using var writer = storage.OpenWrite(bucket, target.Name, target.Contract.Format.MediaTypeOf(target.Name), standing?.Generation ?? 0);
        var buffer = new byte[256 * 1024];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        var stored = await writer.CompleteAsync(cancellationToken)
            ?? throw new RetryException($"somebody else has written gs://{bucket}/{target.Name} meanwhile; nothing was sent", "push it again, if yours is to be the newer one");
        var sent = Convert.ToBase64String(hash.GetHashAndReset());
        return stored.Md5Hash is null || stored.Md5Hash == sent
            ? (stored, true)
            : throw new RetryException($"gs://{bucket}/{target.Name} has arrived damaged: its MD5 is {stored.Md5Hash}, and {sent} was sent", "push it again");
    }

    private async Task<string> Md5Async(CancellationToken cancellationToken)
    {
        await using var content = target.Open();
        return Convert.ToBase64String(await CryptographicOperations.HashDataAsync(HashAlgorithmName.MD5, content, cancellationToken));
    }
}
