using System.Buffers;
using Landfall.Cloud;
using Landfall.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Landfall.Functions;

/// <summary>A request's body on its way to be an object. It comes into being when the body is whole and what its sender says it is; else nothing does.</summary>
internal sealed class DropUpload(CloudStorage storage, string bucket, DropTarget target)
{
    /// <summary>Bytes of a body: Cloud Run takes no more (https://cloud.google.com/run/quotas#request_limits).</summary>
    public const long MaxBytes = 32 << 20;

    private const int BufferSize = 64 * 1024;

    /// <exception cref="ProblemException">The body is not what can be taken; nothing was kept.</exception>
    /// <exception cref="RetryException">Cloud Storage can not be reached.</exception>
    public async Task<Dropped> RunAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var expected = new ExpectedChecksums(request.Headers);
        Check(request);
        var standing = await storage.GetAsync(bucket, target.Name, cancellationToken: cancellationToken);
        using var checksums = new Checksums();
        // Only over what was looked at: of two who send at once, one is told.
        await using var writer = storage.OpenWrite(bucket, target.Name, target.MediaType, standing?.Generation ?? 0);
        await CopyAsync(request.Body, writer, checksums, cancellationToken);
        expected.Check(checksums);
        var md5 = checksums.Md5();
        if (standing is not null && standing.Size == checksums.Bytes && standing.Md5Hash == md5)
            return (await storage.GetAsync(bucket, target.Name, cancellationToken: cancellationToken))?.Generation == standing.Generation ? new(standing, md5, Sent: false) : throw Overtaken();
        var stored = await writer.CompleteAsync(cancellationToken) ?? throw Overtaken();
        return stored.Md5Hash is null || stored.Md5Hash == md5
            ? new(stored, md5, Sent: true)
            : throw new RetryException($"{target.Shown} has arrived damaged: its MD5 is {stored.Md5Hash}, and {md5} was sent", "send it again");
    }

    private async Task CopyAsync(Stream body, ObjectWriter writer, Checksums checksums, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await ReadAsync(body, buffer, checksums.Bytes, cancellationToken)) > 0)
            {
                checksums.Append(buffer.AsSpan(0, read));
                if (checksums.Bytes > MaxBytes) throw TooLarge();
                await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (checksums.Bytes == 0) throw ProblemException.Bad("The request has no body", "the file is the body: curl --data-binary @file");
    }

    private static async Task<int> ReadAsync(Stream body, Memory<byte> buffer, long before, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            throw new ProblemException((e as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest, $"The body broke off behind byte {before}; nothing of it was kept", "send it again, or ask for an upload URL, which goes on where it broke", e);
        }
    }

    private void Check(HttpRequest request)
    {
        if (request.ContentLength > MaxBytes) throw TooLarge();
        // It is counted as it comes: the server's own limit is lower, and says nothing that helps.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        if (request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true)
            throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, "The body is a form", "the file itself is the body: curl --data-binary @file, not -F");
        if (request.Headers.ContentEncoding.Count > 0)
            throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, "The body has a Content-Encoding; none is taken here", "send a packed file as it is, with .gz behind its name");
    }

    private ProblemException Overtaken() =>
        new(StatusCodes.Status409Conflict, $"Somebody else has written {target.Shown} meanwhile; nothing of yours was kept", "send it again, if yours is to be the newer one");

    private ProblemException TooLarge() => new(
        StatusCodes.Status413PayloadTooLarge, $"The body is larger than {MaxBytes >> 20} MiB", $"POST {target.Path}/url with the same query gives a URL that takes files of any size; or pack it with gzip");
}
