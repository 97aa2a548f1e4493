using System.Globalization;
using System.Text.RegularExpressions;

namespace Landfall.Contracts.Reading;

/// <summary>What a column holds: <c>logicalType</c>, and <c>physicalType</c> where the warehouses offer a choice.</summary>
internal static class TypePart
{
    /// <summary>Every type there is; of the rows with one logical type, the first counts when no physical type is said.</summary>
    public static readonly IReadOnlyList<(string Logical, ColumnType Type, string Postgres, string BigQuery)> All =
    [
        ("string", ColumnType.Text, "text", "STRING"),
        ("integer", ColumnType.Int64, "bigint", "INT64"),
        ("number", ColumnType.Numeric, "numeric", "NUMERIC"),
        ("number", ColumnType.Double, "double precision", "FLOAT64"),
        ("boolean", ColumnType.Boolean, "boolean", "BOOL"),
        ("date", ColumnType.Date, "date", "DATE"),
        ("timestamp", ColumnType.Timestamp, "timestamptz", "TIMESTAMP"),
        ("time", ColumnType.Time, "time", "TIME"),
        ("object", ColumnType.Json, "jsonb", "JSON"),
        ("array", ColumnType.Json, "jsonb", "JSON"),
    ];

    private static readonly Regex Physical = new(@"\A(?<name>[A-Za-z][A-Za-z0-9 ]{0,62}?) ?(\((?<precision>[0-9]{1,4}) ?(, ?(?<scale>[0-9]{1,4}))?\))?\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    /// <summary>The digits of a .NET decimal that are exact whatever they are.</summary>
    private const int MaxPrecision = 28;

    /// <summary>
    /// BigQuery's NUMERIC has 29 digits before the point and 9 behind
    /// (https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#decimal_types); no .NET decimal has more before.
    /// </summary>
    private const int BigQueryScale = 9;

    public static (ColumnType Type, int? Precision, int? Scale)? Read(YamlMap map, SinkKind? sink)
    {
        if (!map.Require("logicalType")) return null;
        if (map.Choice("logicalType", [.. All.Select(row => row.Logical).Distinct()]) is not { } logical) return null;
        var rows = All.Where(row => row.Logical == logical).ToList();
        if (map.Text("physicalType") is not { } physical) return map.Has("physicalType") ? null : (rows[0].Type, null, Scale(rows[0].Type));

        var match = Physical.Match(physical);
        var name = match.Success ? match.Groups["name"].Value : physical;
        var row = rows.Find(row => Is(row.Postgres, SinkKind.Postgres) || Is(row.BigQuery, SinkKind.BigQuery));
        if (row.Logical is null || (match.Groups["precision"].Success && row.Type != ColumnType.Numeric))
        {
            var known = rows.Select(row => sink == SinkKind.BigQuery ? row.BigQuery : row.Postgres);
            map.Fault("physicalType", $"is {Spelling.Shown(physical)}; expected {Spelling.Or([.. known])} for the logicalType {logical}",
                "Or leave it out");
            return null;
        }
        if (!match.Groups["precision"].Success) return (row.Type, null, Scale(row.Type));
        var precision = Digits("precision");
        var scale = Digits("scale");
        if (precision is >= 1 and <= MaxPrecision && scale <= precision) return (row.Type, precision, scale);
        map.Fault("physicalType", $"is {Spelling.Shown(physical)}; expected numeric(p,s) with p from 1 to {MaxPrecision} and s from 0 to p");
        return null;

        bool Is(string known, SinkKind kind) => (sink is null || sink == kind) && known.Equals(name, StringComparison.OrdinalIgnoreCase);

        int? Scale(ColumnType type) => type == ColumnType.Numeric && sink == SinkKind.BigQuery ? BigQueryScale : null;

        int Digits(string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
    }
}
