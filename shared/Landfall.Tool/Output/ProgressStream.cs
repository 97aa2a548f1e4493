using Landfall.Rows;

namespace Landfall.Tool.Output;

/// <summary>Says how much of a stream has been read.</summary>
internal sealed class ProgressStream(Stream source, IProgress<long> progress) : ForwardStream(source)
{
    private long _read;

    public override int Read(Span<byte> buffer) => Told(Source.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Told(await Source.ReadAsync(buffer, cancellationToken));

    private int Told(int read)
    {
        progress.Report(_read += read);
        return read;
    }
}
