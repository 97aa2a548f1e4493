using Landfall.Contracts;
using Landfall.Rows.Xlsx;

namespace Landfall.Rows;

/// <summary>
/// A sheet of an Excel workbook (.xlsx; ECMA-376): a table, a range, or a cross table, as the feed's <see cref="Section"/> says. Cells come typed: a number
/// is its shortest text, a date what its column asks for, a formula its last value, and each of merged cells has the value of all. Line is the sheet's row.
/// Only the parts that the sheet needs are inflated, each within a limit, and each is compared with its checksum.
/// </summary>
public sealed class XlsxRowReader : IRowReader
{
    private readonly Package _package;
    private readonly Sheet _sheet;
    private readonly IRowReader _rows;

    private XlsxRowReader(Package package, Sheet sheet, IRowReader rows) => (_package, _sheet, _rows) = (package, sheet, rows);

    /// <param name="stream">The workbook, at most 64 MiB; need not seek. Read to its end and disposed here, once the workbook is open.</param>
    /// <param name="feed">Its section says which sheet, and what of it.</param>
    /// <exception cref="RejectException">It is no workbook, damaged, hostile, protected, or lacks the sheet.</exception>
    public static async Task<XlsxRowReader> OpenAsync(Stream stream, Feed feed, CancellationToken cancellationToken)
    {
        var file = await WorkbookFile.CopyAsync(stream, cancellationToken).ConfigureAwait(false);
        Package? package = null;
        Sheet? sheet = null;
        try
        {
            package = new Package(file);
            var workbook = new Workbook(package, cancellationToken);
            var (name, part) = workbook.Find(feed.Section?.Sheet);
            MergedCells merged;
            using (var whole = package.Open(part, Limits.Sheet, cancellationToken)) merged = MergedCells.Read(whole);
            sheet = new Sheet(package.Open(part, Limits.Sheet, cancellationToken), name, merged, workbook.SharedStrings(), workbook.Styles());
            var values = new ValueText(workbook.Date1904);
            IRowReader rows = feed.Section?.Unpivot is null ? new TableRows(sheet, feed, values) : new CrossRows(sheet, feed, values);
            await stream.DisposeAsync().ConfigureAwait(false);
            return new(package, sheet, rows);
        }
        catch
        {
            sheet?.Dispose();
            package?.Dispose();
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public long Line => _rows.Line;

    public long Position => _rows.Position;

    public string? Place => _rows.Place;

    public int Count => _rows.Count;

    public ReadOnlySpan<byte> Raw => _rows.Raw;

    public Malformation? Malformed => _rows.Malformed;

    public ReadOnlySpan<byte> Cell(int index) => _rows.Cell(index);

    public ValueTask<IReadOnlyList<string>?> ReadHeaderAsync(CancellationToken cancellationToken) => _rows.ReadHeaderAsync(cancellationToken);

    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken) => _rows.ReadAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        _sheet.Dispose();
        _package.Dispose();
        return ValueTask.CompletedTask;
    }
}
