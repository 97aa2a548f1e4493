using System.Text;
using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Landings.Drafts;

/// <summary>What the values of a column could be: everything at first, and less with each value.</summary>
/// <param name="name">In the file.</param>
/// <param name="isJson">Whether objects or arrays stand in it.</param>
internal sealed class DraftColumn(string name, bool isJson)
{
    /// <summary>How a date is written, in the order in which they are tried; null is ISO 8601. The two with slashes can not always be told apart.</summary>
    private static readonly string?[] DateFormats = [null, "yyyyMMdd", "dd/MM/yyyy", "MM/dd/yyyy", "dd.MM.yyyy", "yyyy/MM/dd", "dd-MM-yyyy"];

    private readonly List<string?> _dates = [.. DateFormats];
    private readonly HashSet<string> _values = [];
    private bool _boolean = true, _integer = true, _numeric = true, _double = true, _timestamp = true, _time = true, _unique = true;
    private int _scale, _filled;

    public string Name { get; } = name;

    /// <summary>Whether a row had no value in it.</summary>
    public bool HasEmpty { get; private set; }

    /// <summary>Whether every row has a value, and no two the same.</summary>
    public bool IsUnique => _unique && !HasEmpty && _filled > 0;

    public void Add(ReadOnlySpan<byte> cell)
    {
        var text = cell.Trim(" \t"u8);
        if (text.IsEmpty)
        {
            HasEmpty = true;
            return;
        }
        _filled++;
        _boolean &= text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8) || text.SequenceEqual("yes"u8) || text.SequenceEqual("no"u8) || text.SequenceEqual("True"u8) || text.SequenceEqual("False"u8);
        // What begins with a zero, or has a plus before it, is a code or a telephone's number: as a number it would lose that.
        var isCode = text[0] == '+' || (text.Length > 1 && text[0] == '0' && text[1] is >= (byte)'0' and <= (byte)'9');
        _integer &= !isCode && CellParser.TryInt64(text, out _);
        var isNumeric = CellParser.TryNumeric(text, out var number);
        if (isNumeric) _scale = Math.Max(_scale, number.Scale);
        _numeric &= !isCode && isNumeric;
        _double &= !isCode && CellParser.TryDouble(text, out _);
        for (var i = _dates.Count - 1; i >= 0; i--)
        {
            if (!CellParser.TryDate(text, _dates[i], out var days) || days is < -60_000 or > 60_000) _dates.RemoveAt(i);
        }
        _timestamp &= CellParser.TryTimestamp(text, null, out _);
        _time &= CellParser.TryTime(text, null, out _);
        _unique = _unique && cell.Length <= 200 && _values.Add(Encoding.UTF8.GetString(cell));
    }

    /// <summary>The column's words in a contract, without its name, and what a person should think about.</summary>
    public (string Words, string? Decide) Type(SinkKind sink) => this switch
    {
        { _filled: 0 } => ("logicalType: string", "no row has a value: is it a string?"),
        _ when isJson => ("logicalType: object", "any JSON: an object or an array"),
        { _boolean: true } => ("logicalType: boolean", null),
        { _dates: [var only, ..] } when only is not null || !_integer => Date(only),
        { _integer: true } => ("logicalType: integer", null),
        { _numeric: true } when _scale <= 9 => ($"logicalType: number, physicalType: \"numeric(18,{_scale})\"", "how many digits? one with more is rejected"),
        { _numeric: true } => ("logicalType: number", null),
        { _double: true } => ($"logicalType: number, physicalType: {(sink == SinkKind.Postgres ? "double precision" : "FLOAT64")}", null),
        { _timestamp: true } => ("logicalType: timestamp", "without an offset it is taken for UTC"),
        { _time: true } => ("logicalType: time", null),
        _ => ("logicalType: string", null),
    };

    /// <summary>Whether it is of a type that rows are known by.</summary>
    public bool MayBeKey => IsUnique && !isJson && !_boolean && (_integer || !_double) && !(_timestamp && !_integer);

    private (string, string?) Date(string? format) => format is null
        ? ("logicalType: date", null)
        : ($"logicalType: date, logicalTypeOptions: {{ format: \"{format}\" }}", _dates.Count > 1 ? $"the day first ({_dates[0]}), or the month ({_dates[1]})? the sample does not tell" : null);
}
