using System.Text;
using Landfall.Contracts;

namespace Landfall.Rows;

/// <summary>A text in any encoding, as UTF-8. Bytes that are none of the encoding's are a <see cref="RejectException"/>, never a question mark.</summary>
internal sealed class TranscodedStream(Stream source, string encoding)
    : ForwardStream(Encoding.CreateTranscodingStream(source, TextEncodings.Find(encoding), TextEncodings.Find(TextEncodings.Utf8)))
{
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Source.Read(buffer);
        }
        catch (DecoderFallbackException e)
        {
            throw Broken(e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (DecoderFallbackException e)
        {
            throw Broken(e);
        }
    }

    private RejectException Broken(DecoderFallbackException e) =>
        new($"the file is not {encoding}, as the contract says: some of its bytes mean nothing there", $"save it as {encoding}, or say in the contract's format what its encoding is", rule: "encoding", inner: e);
}
