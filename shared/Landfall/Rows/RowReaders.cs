using Landfall.Contracts;

namespace Landfall.Rows;

/// <summary>Opens the reader of an object's format; gzip, by its first two bytes, around any but a workbook.</summary>
public static class RowReaders
{
    /// <summary>
    /// The longest row, in bytes. An unclosed quote swallows what follows it; this is where that ends. A row is in memory several times while it is read and written,
    /// and an instance may have 512 MiB for many landings; BigQuery's streams end at 10 MB (https://cloud.google.com/bigquery/quotas#streaming_inserts).
    /// </summary>
    public const int MaxRowBytes = 8 * 1024 * 1024;

    /// <summary>The most columns of a header, and members of an object: Postgres' tables end at 1,600, BigQuery's at 10,000.</summary>
    public const int MaxColumns = 10_000;

    /// <param name="stream">The object's bytes as stored; disposed with the reader.</param>
    /// <param name="format">How the object is written.</param>
    /// <param name="feed">Which of its rows are wanted, and what of them.</param>
    /// <param name="unknown">What to do with what is not wanted, for formats whose rows name their cells themselves.</param>
    /// <exception cref="RejectException">The object is not of the format.</exception>
    public static async Task<IRowReader> OpenAsync(Stream stream, FileFormat format, Feed feed, UnknownColumns unknown, CancellationToken cancellationToken)
    {
        var whole = stream;
        try
        {
            (var start, whole) = await PeekAsync(whole, cancellationToken).ConfigureAwait(false);
            // A workbook is compressed already.
            if (format.Type != FormatType.Xlsx && FileStart.IsGzip(start))
            {
                whole = new GunzipStream(whole);
                (start, whole) = await PeekAsync(whole, cancellationToken).ConfigureAwait(false);
                if (FileStart.IsGzip(start)) throw new RejectException("the file is compressed with gzip twice", "compress it once", rule: "gzip");
            }
            return format.Type switch
            {
                FormatType.Csv => new CsvRowReader(Text(whole, start, format), format),
                FormatType.Ndjson => new NdjsonRowReader(Text(whole, start, format), feed, unknown),
                FormatType.Xlsx => await XlsxRowReader.OpenAsync(whole, feed, cancellationToken).ConfigureAwait(false),
                _ => new AvroRowReader(whole, feed.Wanted),
            };
        }
        catch
        {
            await whole.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static Stream Text(Stream whole, byte[] start, FileFormat format)
    {
        var encoding = FileStart.Encoding(start, format);
        return encoding == TextEncodings.Utf8 ? whole : new TranscodedStream(whole, encoding);
    }

    /// <summary>The first bytes of a stream, and the stream from its first byte.</summary>
    internal static async Task<(byte[] Start, Stream Whole)> PeekAsync(Stream stream, CancellationToken cancellationToken)
    {
        var start = new byte[FileStart.Length];
        var read = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        start = start[..read];
        return (start, new PrefixedStream(start, stream));
    }
}
