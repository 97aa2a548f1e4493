using System.Buffers.Binary;
using System.Security.Cryptography;
using Landfall.Contracts;
using Landfall.Sinks;

namespace Landfall.Landings.Files;

/// <summary>A file of this machine as a source. Its generation is its content's: the same bytes under the same name land once.</summary>
public static class LocalSource
{
    /// <summary>Stands for the bucket in the identity.</summary>
    public const string Bucket = "local";

    /// <param name="contract">Whose rows it holds.</param>
    /// <param name="name">What its name would be in the contract's bucket.</param>
    /// <param name="date">The date in that name; null when the contract's pattern has none.</param>
    /// <param name="content">The file from its first byte.</param>
    /// <param name="again">Makes another version of the same bytes; null for the first.</param>
    /// <param name="now">When it lands: a later landing is newer.</param>
    public static async Task<Source> OfAsync(Contract contract, string name, DateOnly? date, Stream content, Guid? again, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        var size = 0L;
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            size += read;
        }
        if (again is { } version) hash.AppendData(version.ToByteArray());
        var generation = BinaryPrimitives.ReadInt64BigEndian(hash.GetHashAndReset()) & long.MaxValue;
        return new(contract, new(Bucket, name, generation, DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()), size), date);
    }
}
