using System.Text;
using Landfall.Contracts;

namespace Landfall.Rows;

/// <summary>
/// Checks the cells of one row against every rule of its columns and writes the typed values into a row writer, in the order of the columns it was
/// made of. A row that breaks a rule is taken back and yields a <see cref="Reject"/>. Made once per source; allocates only for rejects.
/// </summary>
public sealed class RowBinder
{
    /// <summary>Faults of a header that are told one by one.</summary>
    private const int MaxFaults = 10;

    /// <summary>Of a rejected value; the row has it whole.</summary>
    private const int MaxValueBytes = 4096;

    private readonly Column[] _columns;
    private readonly int[] _cells;
    private readonly int _width;
    private readonly DateOnly? _date;
    private readonly List<(string Column, string Rule, string? Value, string Reason)> _violations = [];

    private RowBinder(Column[] columns, int[] cells, int width, DateOnly? date) => (_columns, _cells, _width, _date) = (columns, cells, width, date);

    /// <summary>Matches the columns with the file's.</summary>
    /// <param name="feed">What is wanted, in the order in which it is written.</param>
    /// <param name="header">The file's column names; null when its cells are the wanted ones in order.</param>
    /// <param name="unknown">What to do with a column of the file that nothing reads.</param>
    /// <param name="date">The date in the object's name.</param>
    /// <exception cref="RejectException">The header lacks a column, has one too many, or names one twice: every fault in one message.</exception>
    public static RowBinder Create(Feed feed, IReadOnlyList<string>? header, UnknownColumns unknown, DateOnly? date)
    {
        var wanted = feed.Wanted.ToHashSet(StringComparer.Ordinal);
        var names = header?.Select(name => name.Trim()).ToList() ?? [.. feed.Wanted];
        if (!names.Exists(wanted.Contains)) throw Misfit("none of its names is a column of the contract; perhaps the file has no header line, or another delimiter", feed.Wanted[0]);

        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var faults = new List<(string Column, string Fault)>();
        for (var i = 0; i < names.Count; i++)
        {
            if (!places.TryAdd(names[i], i)) faults.Add((Shown(names[i]), $"column '{Shown(names[i])}' stands twice"));
            else if (unknown == UnknownColumns.Refuse && !wanted.Contains(names[i])) faults.Add((Shown(names[i]), $"column '{Shown(names[i])}' is not in the contract"));
        }
        faults.AddRange(feed.Wanted.Where(name => !places.ContainsKey(name)).Select(name => (name, $"column '{name}' is missing")));
        if (faults.Count > 0)
        {
            var more = faults.Count > MaxFaults ? $"; and {faults.Count - MaxFaults} more" : "";
            throw Misfit(string.Join("; ", faults.Take(MaxFaults).Select(f => f.Fault)) + more, faults[0].Column);
        }
        return new([.. feed.Columns], [.. feed.Columns.Select(c => c.Source == Column.DateSource ? -1 : places[c.Source])], names.Count, date);

        RejectException Misfit(string fault, string column) =>
            new($"the header does not fit the contract: {fault}", $"the contract reads: {string.Join(",", feed.Wanted)}", line: 1, column, rule: "header");
    }

    /// <summary>A header's name for people and databases: no control character, no more of it than helps.</summary>
    internal static string Shown(string name)
    {
        var shown = new StringBuilder();
        foreach (var rune in name.EnumerateRunes().Take(40)) shown.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        return shown.ToString();
    }

    /// <summary>Writes the reader's current row; null when it stands, else the reject (and nothing is written).</summary>
    public Reject? Bind(IRowReader row, IRowWriter writer)
    {
        if (row.Malformed is { } malformed) return Rejected(row, malformed.Column, malformed.Rule, null, malformed.Reason);
        if (row.Count != _width) return Rejected(row, null, "columns", null, $"the row has {row.Count} cells where {_width} are expected");
        var isText = row.IsText;
        writer.Begin(row.Position);
        // A value that is refused leaves a gap; what stands behind it would be taken for another column's.
        var values = writer;
        for (var i = 0; i < _columns.Length; i++)
        {
            var column = _columns[i];
            if (_cells[i] < 0)
            {
                values.Date(_date!.Value.DayNumber - UnixEpochDay);
                continue;
            }
            var cell = row.Cell(_cells[i]);
            if (CellBinder.Write(column, cell, isText, values) is not { } broken) continue;
            Violated(column, broken, cell);
            values = NoRow.Instance;
        }
        if (_violations.Count == 0)
        {
            writer.End();
            return null;
        }
        writer.Abandon();
        var first = _violations[0];
        var reason = string.Join("; ", _violations.Select(v => v.Reason).Distinct());
        _violations.Clear();
        return Rejected(row, first.Column, first.Rule, first.Value, reason);
    }

    private static Reject Rejected(IRowReader row, string? column, string rule, string? value, string reason) =>
        new(row.Line, column, rule, value, reason) { Place = row.Place };

    private static int UnixEpochDay { get; } = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    private void Violated(Column column, Violation broken, ReadOnlySpan<byte> cell) =>
        _violations.Add((column.Name.Name, broken.Rule, cell.IsEmpty ? null : Encoding.UTF8.GetString(cell[..Math.Min(cell.Length, MaxValueBytes)]), $"{column.Name} {broken.Expected}"));
}
