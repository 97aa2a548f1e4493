using System.Text.Unicode;
using CsvHelper;
using Landfall.Contracts;

namespace Landfall.Rows;

/// <summary>CSV as RFC 4180 has it, on CsvHelper's UTF-8 spans: no string per cell. A row whose quoting is broken comes with <see cref="Malformed"/> set.</summary>
public sealed class CsvRowReader : IRowReader
{
    /// <summary>Enough for <see cref="RowReaders.MaxColumns"/> names of 50 letters.</summary>
    private const int MaxHeaderBytes = 512 * 1024;

    private readonly CsvReader _csv;
    private readonly CsvGuard _guard;
    private readonly bool _hasHeader;
    private CsvMalformedReason? _reason;

    /// <param name="stream">The bytes as they are after decompression; disposed with the reader.</param>
    /// <param name="format">Delimiter and header.</param>
    public CsvRowReader(Stream stream, FileFormat format)
    {
        _hasHeader = format.Header;
        _guard = new CsvGuard(stream, format.Delimiter);
        _csv = CsvReader.Create(_guard, new CsvReaderOptions
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

    // Delimiters and quotes are ASCII: what is valid as a whole is valid in its parts, and one look at a row is faster than one at each cell.
    public bool IsText => Utf8.IsValid(Raw) && !Raw.Contains((byte)0);

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
        var (bytes, cells) = (_guard.MaxBytes, _guard.MaxCells);
        (_guard.MaxBytes, _guard.MaxCells) = (MaxHeaderBytes, int.MaxValue);
        await Guard(Then(_csv.ReadHeaderAsync(cancellationToken)), "header").ConfigureAwait(false);
        (_guard.MaxBytes, _guard.MaxCells) = (bytes, cells);
        if (_csv.Headers.Count > RowReaders.MaxColumns)
            throw new RejectException($"the header has more than {RowReaders.MaxColumns} columns", "is this the delimiter that the contract says?", line: 1, rule: "header");
        // A quote that opens in the header and never closes takes all rows with it.
        if (Reason is { } malformed) throw new RejectException($"the header is malformed: {malformed}", "mend the first line", line: 1, rule: "header");
        return _csv.Headers;
    }

    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        _reason = null;
        _guard.Next();
        var read = _csv.ReadAsync(cancellationToken);
        if (!read.IsCompletedSuccessfully) return Guard(Closed(read), "csv");
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

    private static async ValueTask<bool> Then(ValueTask read)
    {
        await read.ConfigureAwait(false);
        return true;
    }

    /// <summary>Whatever the bytes make the parser throw is the file's fault; what the network throws is not, and passes through.</summary>
    private async ValueTask<bool> Guard(ValueTask<bool> read, string rule)
    {
        try
        {
            return await read.ConfigureAwait(false);
        }
        catch (InvalidDataException e) when (_guard.Excess is not null)
        {
            throw TooMuch(_csv.LineNumber + 1, _guard.Excess, rule, e);
        }
        catch (CsvFormatException e)
        {
            if (e.LineNumber > 0) throw TooMuch(e.LineNumber, $"is longer than {RowReaders.MaxRowBytes >> 20} MiB or can not be read as CSV", rule, e);
            throw new RejectException("the file can not be read as CSV", "look for a quote that is opened and never closed", rule: rule, inner: e);
        }
    }

    private static RejectException TooMuch(long line, string excess, string rule, Exception e) =>
        new($"{(rule == "header" ? "the header" : $"the row that starts in line {line}")} {excess}", "look for a quote that is opened and never closed, and whether the delimiter and the line breaks are right", line, rule: rule, inner: e);
}
