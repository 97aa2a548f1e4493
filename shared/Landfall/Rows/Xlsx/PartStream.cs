using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;

namespace Landfall.Rows.Xlsx;

/// <summary>
/// The bytes of one part as they are inflated: counted, so that a bomb ends early, and compared with what the archive says of them, so that no part that was
/// cut short or changed passes for a whole one.
/// </summary>
/// <param name="entry">What the archive says of it.</param>
/// <param name="inflated">Its bytes; disposed with this.</param>
/// <param name="limit">The most of them.</param>
/// <param name="cancellationToken">Ends it at once.</param>
internal sealed class PartStream(ZipArchiveEntry entry, Stream inflated, int limit, CancellationToken cancellationToken) : Stream
{
    private readonly Crc32 _crc = new();

    private long _count;

    private long _tags;

    /// <summary>Bytes since the last '&lt;'.</summary>
    private int _run;

    /// <exception cref="RejectException">A part of so many bytes is too long, or too much for its compressed form.</exception>
    public static void Check(ZipArchiveEntry entry, long length, int limit)
    {
        if (length > limit) throw TooMuch(entry, string.Create(CultureInfo.InvariantCulture, $"is longer than {limit >> 20} MiB"));
        if (length > Limits.RatioFrom && length / Limits.Ratio > entry.CompressedLength) throw TooMuch(entry, $"is more than {Limits.Ratio} times longer than its compressed form");
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _count; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var read = inflated.Read(buffer);
        if (read > 0) Count(buffer[..read]);
        else if (!buffer.IsEmpty && (_count != entry.Length || _crc.GetCurrentHashAsUInt32() != entry.Crc32)) throw Broken("is not what the zip archive says it is: its length or its checksum differs");
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inflated.Dispose();
        base.Dispose(disposing);
    }

    private void Count(ReadOnlySpan<byte> bytes)
    {
        _count += bytes.Length;
        Check(entry, _count, limit);
        if (_count > entry.Length) throw Broken("is longer than the zip archive says");
        _crc.Append(bytes);
        _tags += bytes.Count((byte)'<');
        var most = Limits.Tags + Limits.TagsPerByte * entry.CompressedLength;
        if (_tags > most) throw TooMuch(entry, string.Create(CultureInfo.InvariantCulture, $"has more than {most:#,0} tags, far too many for what it takes in the file"));
        var first = bytes.IndexOf((byte)'<');
        _run += first < 0 ? bytes.Length : first;
        if (_run > Limits.Tag) throw TooMuch(entry, $"has a tag or a text of more than {Limits.Tag >> 20} MiB");
        if (first >= 0) _run = bytes.Length - 1 - bytes.LastIndexOf((byte)'<');
    }

    private static RejectException TooMuch(ZipArchiveEntry entry, string what) => new(
        $"the workbook's part {Package.Shown(entry.FullName)} {what}, and is not read further", "remove unused rows, columns and formats, or drop the sheet as CSV", rule: "xlsx");

    private RejectException Broken(string what) => new($"the workbook's part {Package.Shown(entry.FullName)} {what}", "the file was damaged on its way; drop it again", rule: "xlsx");
}
