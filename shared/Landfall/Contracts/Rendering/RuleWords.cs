using System.Globalization;

namespace Landfall.Contracts.Rendering;

/// <summary>What a column demands of a cell, in words.</summary>
internal static class RuleWords
{
    /// <summary>As Markdown; empty when any value of the type will do.</summary>
    public static string Of(Column column)
    {
        var rules = new List<string>();
        if (column.Pad is { } pad) rules.Add($"padded on the left with {Markdown.Code(pad.Fill.ToString())} to {Words.Count(pad.Length, "character")}");
        if (Length(column) is { } length) rules.Add(length);
        if (Range(column) is { } range) rules.Add(range);
        if (column.PatternText is { } pattern) rules.Add($"matches {Markdown.Code(pattern)}");
        if (Written(column) is { } written) rules.Add(written);
        if (column.Precision is { } precision) rules.Add($"at most {Words.Count(precision - (column.Scale ?? 0), "digit")} before the point and {column.Scale ?? 0} behind");
        else if (column.Scale is { } scale) rules.Add($"at most {Words.Count(scale, "digit")} behind the point");
        return string.Join("; ", rules);
    }

    private static string? Length(Column column) => (column.MinLength, column.MaxLength) switch
    {
        (null or 0, null) => null,
        (null or 0, { } most) => $"at most {Words.Count(most, "character")}",
        ({ } least, null) => $"at least {Words.Count(least, "character")}",
        ({ } least, { } most) when least == most => $"exactly {Words.Count(least, "character")}",
        var (least, most) => $"{least} to {most} characters",
    };

    private static string? Range(Column column)
    {
        string?[] ends =
        [
            column.Minimum is { } least ? $"{(least.Exclusive ? "above" : "at least")} {least.Value.ToString(CultureInfo.InvariantCulture)}" : null,
            column.Maximum is { } most ? $"{(most.Exclusive ? "below" : "at most")} {most.Value.ToString(CultureInfo.InvariantCulture)}" : null,
        ];
        return ends is [null, null] ? null : string.Join(" and ", ends.Where(end => end is not null));
    }

    private static string? Written(Column column)
    {
        if (column.Source == Column.DateSource) return null;
        var written = column.Format is { } format ? $"written {Markdown.Code(format)}" : column.Type is ColumnType.Date or ColumnType.Timestamp or ColumnType.Time ? "ISO 8601" : null;
        return column.Type == ColumnType.Timestamp ? $"{written}; UTC where no offset stands" : written;
    }
}
