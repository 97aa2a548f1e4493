using CsvHelper;
using Landfall.Cloud;
using Landfall.Rows;

namespace Landfall.Landings;

/// <summary>
/// Rejected rows as an object of CSV, which comes into being when it is complete. Cells that a spreadsheet would run as a formula are neutralised here and nowhere else.
/// </summary>
internal sealed class BucketQuarantine(CloudStorage storage, string bucket, string name) : Quarantine
{
    private ObjectWriter? _object;
    private CsvWriter? _csv;
    private int _parts;

    /// <summary><c>gs://</c> of the object; null while nothing was rejected. With a <c>*</c> when what was rejected after a completion lies beside it.</summary>
    public override string? Uri => _parts switch
    {
        0 => null,
        1 => $"gs://{bucket}/{name}",
        _ => $"gs://{bucket}/{Path.ChangeExtension(name, null)}*.csv",
    };

    private protected override Task WriteAsync(Reject reject, ReadOnlySpan<byte> raw, CancellationToken cancellationToken)
    {
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
    public override async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_csv is null) return;
        await _csv.FlushAsync(cancellationToken).ConfigureAwait(false);
        await _csv.DisposeAsync().ConfigureAwait(false);
        _csv = null;
        await _object!.CompleteAsync(cancellationToken).ConfigureAwait(false);
        await _object.DisposeAsync().ConfigureAwait(false);
        _object = null;
    }

    public override async ValueTask DisposeAsync()
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
