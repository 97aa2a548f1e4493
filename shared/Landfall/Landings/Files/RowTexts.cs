using System.Globalization;
using System.Text;
using Landfall.Contracts;

namespace Landfall.Landings.Files;

/// <summary>The values of a row as Postgres writes them, which is how a quarantine shows the ones that collide.</summary>
/// <param name="columns">What a row is made of.</param>
internal sealed class RowTexts(IReadOnlyList<Column> columns) : ValueWriter
{
    private readonly List<string?> _texts = [];

    /// <summary>A value of the last row; null for NULL.</summary>
    /// <param name="cast">Whether it is cast to text, which writes truths out.</param>
    public string? At(int place, bool cast) => cast && columns[place].Type == ColumnType.Boolean ? _texts[place] switch { "t" => "true", "f" => "false", _ => null } : _texts[place];

    public override void Begin(long line) => _texts.Clear();

    public override void Null() => _texts.Add(null);

    public override void Int64(long value) => _texts.Add(value.ToString(CultureInfo.InvariantCulture));

    public override void Double(double value) => _texts.Add(Shortest(value));

    public override void Numeric(decimal value)
    {
        var column = columns[_texts.Count];
        _texts.Add(column.Precision is null ? value.ToString(CultureInfo.InvariantCulture) : value.ToString($"F{column.Scale ?? 0}", CultureInfo.InvariantCulture));
    }

    public override void Boolean(bool value) => _texts.Add(value ? "t" : "f");

    public override void Date(int days) => _texts.Add(DateTime.UnixEpoch.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    public override void Timestamp(long microseconds) => _texts.Add($"{DateTime.UnixEpoch.AddTicks(microseconds * 10).ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture)}+00");

    public override void Time(long microseconds) => _texts.Add(new DateTime(microseconds * 10, DateTimeKind.Unspecified).ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture));

    public override void Utf8(ReadOnlySpan<byte> value) => _texts.Add(Encoding.UTF8.GetString(value));

    public override void Json(ReadOnlySpan<byte> value) => _texts.Add(JsonbText.Of(value));

    public override void End()
    {
    }

    /// <summary>The fewest digits that say the number; an exponent of at least two digits where there are more than 15 before the point, or more than four zeros behind it.</summary>
    private static string Shortest(double value)
    {
        if (value == 0) return double.IsNegative(value) ? "-0" : "0";
        var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = value.ToString("R", CultureInfo.InvariantCulture);
        if (exponent is >= -4 and < 15) return digits.Contains('E', StringComparison.Ordinal) ? ((decimal)value).ToString(CultureInfo.InvariantCulture) : digits;
        var mantissa = digits.Split('E')[0].Replace(".", "", StringComparison.Ordinal).TrimStart('-').Trim('0');
        return $"{(value < 0 ? "-" : "")}{mantissa[..1]}{(mantissa.Length > 1 ? $".{mantissa[1..]}" : "")}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent):00}";
    }
}
