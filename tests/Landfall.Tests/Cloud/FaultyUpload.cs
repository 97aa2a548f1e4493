namespace Landfall.Tests.Cloud;

/// <summary>A resumable upload of <see cref="FaultyBigQuery"/>'s.</summary>
internal sealed class FaultyUpload(string jobId, int total)
{
    public const int Granule = 256 << 10;

    private readonly byte[] _bytes = new byte[total];

    public string JobId => jobId;

    public int Total => total;

    public int Received { get; private set; }

    /// <summary>The answer that the last byte brought; null before it.</summary>
    public FaultyAnswer? End { get; set; }

    public ReadOnlySpan<byte> Content => _bytes;

    /// <returns>False for a chunk that leaves a hole.</returns>
    public bool Append(int from, ReadOnlySpan<byte> chunk)
    {
        if (from > Received) return false;
        chunk.CopyTo(_bytes.AsSpan(from));
        Received = Math.Max(Received, from + chunk.Length);
        return true;
    }

    /// <summary>Keeps whole granules only, and at most so many bytes.</summary>
    public void Forget(int most) => Received = Math.Min(Received, most) / Granule * Granule;
}
