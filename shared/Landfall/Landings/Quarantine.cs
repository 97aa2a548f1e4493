using System.Text;
using CsvHelper;
using Landfall.Cloud;
using Landfall.Rows;
using Landfall.Sinks;

namespace Landfall.Landings;

/// <summary>
/// The rejected rows of one attempt as CSV: line, column, rule, value, reason, and the row as it stood in the source. Streamed, however many there are; the
/// object comes into being by <see cref="CompleteAsync"/> only. Cells that a spreadsheet would run as a formula are neutralised here and nowhere else.
/// </summary>
internal sealed class Quarantine(CloudStorage storage, string bucket, string name) : IAsyncDisposable
{
    /// <summary>Of one row: no one reads more of it, and the source has the rest.</summary>
    private const int MaxRawBytes = 64 * 1024;

    private readonly List<Reject> _first = [];
    private ObjectWriter? _object;
    private CsvWriter? _csv;
    private int _parts;

    /// <summary>Rows rejected so far.</summary>
    public long Count { get; private set; }

    /// <summary>The first of them, without their values: what a receipt and the ledger may show.</summary>
    public IReadOnlyList<Reject> First => _first;

    /// <summary><c>gs://</c> of the object; null while nothing was rejected. With a <c>*</c> when what was rejected after a completion lies beside it.</summary>
    public string? Uri => _parts switch
    {
        0 => null,
        1 => $"gs://{bucket}/{name}",
        _ => $"gs://{bucket}/{Path.ChangeExtension(name, null)}*.csv",
    };

    /// <summary>A row as its reader sees it: what is too long is cut, and says so.</summary>
    public static string Shown(ReadOnlySpan<byte> raw) =>
        raw.Length <= MaxRawBytes ? Encoding.UTF8.GetString(raw) : $"{Encoding.UTF8.GetString(raw[..MaxRawBytes])}… (cut; the row has {raw.Length} bytes)";

    /// <param name="reject">What is wrong.</param>
    /// <param name="raw">The row as it stands in the source; bytes that are no UTF-8 become U+FFFD.</param>
    public Task AddAsync(Reject reject, ReadOnlySpan<byte> raw, CancellationToken cancellationToken)
    {
        Count++;
        if (_first.Count < LedgerEntry.MaxReasons) _first.Add(reject with { Value = null });
        if (_csv is null) Open();
        _csv!.WriteField(reject.Line);
        _csv.WriteField(reject.Column);
        _csv.WriteField(reject.Rule);
        _csv.WriteField(reject.Value);
        _csv.WriteField(reject.Place is null ? reject.Reason : $"{reject.Reason} ({reject.Place})");
        _csv.WriteField(Shown(raw));
        return _csv.EndRecordAsync(cancellationToken).AsTask();
    }

    /// <summary>Makes the object appear, if there is anything in it.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_csv is null) return;
        await _csv.FlushAsync(cancellationToken).ConfigureAwait(false);
        await _csv.DisposeAsync().ConfigureAwait(false);
        _csv = null;
        await _object!.CompleteAsync(cancellationToken).ConfigureAwait(false);
        await _object.DisposeAsync().ConfigureAwait(false);
        _object = null;
    }

    public async ValueTask DisposeAsync()
    {
        // Not the CSV writer, which would write what is left, to an object that is given up.
        if (_object is not null) await _object.DisposeAsync().ConfigureAwait(false);
    }

    private void Open()
    {
        // The sink may find reasons of its own after the rejects were completed, and an object that stands is not written to.
        _parts++;
        _object = storage.OpenWrite(bucket, _parts == 1 ? name : Path.ChangeExtension(name, $"{_parts}.csv"), "text/csv; charset=utf-8");
        _csv = CsvWriter.Create(_object, new CsvWriterOptions { Injection = CsvInjection.Escape }, leaveOpen: true);
        _csv.WriteHeader("line", "column", "rule", "value", "reason", "row");
    }
}
