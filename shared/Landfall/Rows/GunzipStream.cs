using System.IO.Compression;

namespace Landfall.Rows;

/// <summary>What is packed with gzip (RFC 1952), one member or several. Whatever is wrong with it is a <see cref="RejectException"/>; a bomb is refused before it goes off.</summary>
internal sealed class GunzipStream : ForwardStream
{
    /// <summary>Bytes that may come out whatever went in.</summary>
    private const long Free = 8 << 20;

    /// <summary>How many times the packed bytes may come out: rows of a table seldom reach 30, deflate ends at 1032.</summary>
    private const int MostTimes = 250;

    private const string StrictValidation = "System.IO.Compression.UseStrictValidation";

    private readonly CountedStream _packed;
    private long _unpacked;

    public GunzipStream(Stream packed) : this(new CountedStream(packed)) { }

    private GunzipStream(CountedStream packed) : base(Strict(packed)) => _packed = packed;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Checked(Source.Read(buffer), buffer.Length);
        }
        catch (InvalidDataException e)
        {
            throw Broken(e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Checked(await Source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);
        }
        catch (InvalidDataException e)
        {
            throw Broken(e);
        }
    }

    /// <summary>Refuses to work in a program in which a truncated file would pass for a whole one: the switch is in Directory.Build.props.</summary>
    private static GZipStream Strict(Stream packed) =>
        AppContext.TryGetSwitch(StrictValidation, out var strict) && strict
            ? new GZipStream(packed, CompressionMode.Decompress)
            : throw new InvalidOperationException($"This program must set the runtime option {StrictValidation} to true: without it a gzip file that was cut short loses rows in silence.");

    private static RejectException Broken(InvalidDataException e) =>
        new("the file is compressed with gzip and the compressed data is broken or cut short", "compress it again and drop it again", rule: "gzip", inner: e);

    private int Checked(int read, int wanted)
    {
        // GZipStream asks for more behind every member, and stops, without a word, at what begins no other one.
        if (read == 0 && wanted > 0 && !_packed.Ended)
            throw new RejectException("the file is compressed with gzip, and behind the compressed data stands something else", "compress it again and drop it again", rule: "gzip");
        _unpacked += read;
        if (_unpacked > Free && _unpacked / MostTimes > _packed.Count)
            throw new RejectException($"the file is compressed with gzip and unpacks to more than {MostTimes} times its size", "drop it uncompressed", rule: "gzip");
        return read;
    }
}
