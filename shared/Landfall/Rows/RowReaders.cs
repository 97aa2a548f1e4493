using System.IO.Compression;
using Landfall.Contracts;

namespace Landfall.Rows;

/// <summary>Opens the reader of an object's format; gzip, by its first two bytes, around any of them.</summary>
public static class RowReaders
{
    /// <summary>The longest row, in bytes. An unclosed quote swallows what follows it; this is where that ends.</summary>
    public const int MaxRowBytes = 16 * 1024 * 1024;

    private const string StrictValidation = "System.IO.Compression.UseStrictValidation";

    /// <param name="stream">The object's bytes as stored; disposed with the reader.</param>
    /// <param name="format">How the object is written.</param>
    /// <param name="feed">Which of its rows are wanted, and what of them.</param>
    /// <param name="unknown">What to do with what is not wanted, for formats whose rows name their cells themselves.</param>
    /// <exception cref="RejectException">The object is not of the format.</exception>
    public static async Task<IRowReader> OpenAsync(Stream stream, FileFormat format, Feed feed, UnknownColumns unknown, CancellationToken cancellationToken)
    {
        try
        {
            var head = new byte[2];
            var read = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            Stream whole = new PrefixedStream(head.AsMemory(0, read), stream);
            if (read == 2 && head[0] == 0x1f && head[1] == 0x8b) whole = Gunzip(whole);
            return format.Type switch
            {
                FormatType.Csv => new CsvRowReader(whole, format),
                FormatType.Avro => new AvroRowReader(whole, feed.Wanted),
                _ => throw new RejectException($"{feed.Tables[0]}: {format.Type} can not be read yet, {unknown}", "drop it as CSV"),
            };
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Refuses to work in a program in which a truncated file would pass for a whole one: the switch is in Directory.Build.props.</summary>
    private static GZipStream Gunzip(Stream packed) =>
        AppContext.TryGetSwitch(StrictValidation, out var strict) && strict
            ? new GZipStream(packed, CompressionMode.Decompress)
            : throw new InvalidOperationException($"This program must set the runtime option {StrictValidation} to true: without it a gzip file that was cut short loses rows in silence.");
}
