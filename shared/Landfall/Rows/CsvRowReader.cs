using System.Text;
using CsvHelper;
using Landfall.Contracts;

namespace Landfall.Rows;

/// <summary>CSV as RFC 4180 has it, on CsvHelper's UTF-8 spans: no string per cell. A row whose quoting is broken comes with <see cref="Malformed"/> set.</summary>
public sealed class CsvRowReader : IRowReader
{
    private readonly CsvReader _csv;
    private readonly bool _hasHeader;
    private CsvMalformedReason? _reason;

    /// <param name="stream">The bytes as they are after decompression; disposed with the reader.</param>
    /// <param name="format">Delimiter and header.</param>
    public CsvRowReader(Stream stream, FileFormat format)
    {
        _hasHeader = format.Header;
        _csv = CsvReader.Create(stream, new CsvReaderOptions
        {
            Separator = format.Delimiter,
            HasHeader = format.Header,
            TrackLineNumbers = true,
            MaxRecordSize = RowReaders.MaxRowBytes,
            Encoding = null,
            IncludeValuesInExceptions = false,
            OnMalformedRecord = record => _reason = record.Reason,
        });
    }

    public long Line => _csv.LineNumber;

    public int Count => _csv.FieldCount;

    public ReadOnlySpan<byte> Raw => _csv.RawRecord;

    public Malformation? Malformed => Reason is { } reason ? new(null, "csv", reason) : null;

    private string? Reason => _reason switch
    {
        null => null,
        CsvMalformedReason.StrayQuote => "a quote stands inside an unquoted cell; put the whole cell in quotes and double the quote",
        CsvMalformedReason.TextAfterClosingQuote => "text follows a closing quote; double the quotes inside a quoted cell",
        CsvMalformedReason.UnterminatedQuote => "a quoted cell is never closed; everything after the opening quote was read as one cell",
        var other => $"the row is malformed ({other})",
    };

    public ReadOnlySpan<byte> Cell(int index) => _csv.GetSpan(index);

    public async ValueTask<IReadOnlyList<string>?> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        if (!_hasHeader) return null;
        await Guard(_csv.ReadHeaderAsync(cancellationToken)).ConfigureAwait(false);
        // A quote that opens in the header and never closes takes all rows with it.
        if (Reason is { } malformed) throw new RejectException($"the header is malformed: {malformed}", "mend the first line", line: 1, rule: "header");
        return _csv.Headers;
    }

    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        _reason = null;
        var read = _csv.ReadAsync(cancellationToken);
        if (!read.IsCompletedSuccessfully) return Guard(Closed(read));
        Closed();
        return read;
    }

    public ValueTask DisposeAsync() => _csv.DisposeAsync();

    private async ValueTask<bool> Closed(ValueTask<bool> read)
    {
        var more = await read.ConfigureAwait(false);
        Closed();
        return more;
    }

    /// <summary>Nobody knows how many rows such a quote took with it, so it is no matter of one row.</summary>
    private void Closed()
    {
        if (_reason == CsvMalformedReason.UnterminatedQuote)
            throw new RejectException($"line {_csv.LineNumber}: {Reason}", "close the quote, or double it if it belongs to the text; was the file cut short?", _csv.LineNumber, rule: "csv");
    }

    private static async ValueTask Guard(ValueTask read) => await Guard(Then(read)).ConfigureAwait(false);

    private static async ValueTask<bool> Then(ValueTask read)
    {
        await read.ConfigureAwait(false);
        return true;
    }

    /// <summary>Whatever the bytes make the parsers throw is the file's fault; what the network throws is not, and passes through.</summary>
    private static async ValueTask<bool> Guard(ValueTask<bool> read)
    {
        try
        {
            return await read.ConfigureAwait(false);
        }
        catch (CsvFormatException e)
        {
            throw new RejectException(
                e.LineNumber > 0 ? $"the row that starts in line {e.LineNumber} is longer than {RowReaders.MaxRowBytes >> 20} MiB or can not be read as CSV" : $"the file can not be read as CSV: {e.Message}",
                "look for a quote that is opened and never closed", e.LineNumber, rule: "csv", inner: e);
        }
        catch (InvalidDataException e)
        {
            throw new RejectException("the file is compressed with gzip and the compressed data is broken or cut short", "compress it again and drop it again", rule: "gzip", inner: e);
        }
        catch (DecoderFallbackException e)
        {
            throw new RejectException("the file is not UTF-8", "save it as UTF-8", rule: "encoding", inner: e);
        }
    }
}
