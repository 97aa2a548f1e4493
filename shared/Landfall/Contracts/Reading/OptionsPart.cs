namespace Landfall.Contracts.Reading;

/// <summary>
/// The rules of <c>logicalTypeOptions</c>, which ODCS lists by type. The exclusive limits are numbers of their own in ODCS 3.1, as in JSON Schema.
/// </summary>
internal static class OptionsPart
{
    private static readonly string[] Limits = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

    public static Column Read(YamlMap map, Column column)
    {
        switch (column.Type)
        {
            case ColumnType.Text:
                map.Allow(["minLength", "maxLength", "pattern"], later: ["format"]);
                return Pattern(map, Lengths(map, column));
            case ColumnType.Int64 or ColumnType.Numeric or ColumnType.Double:
                map.Allow([.. Limits, "format"], later: ["multipleOf"]);
                return NumberPart.Read(map, column);
            case ColumnType.Date:
                map.Allow(["format"], later: Limits);
                return Format(map, column);
            case ColumnType.Timestamp or ColumnType.Time:
                map.Allow(["format", "defaultTimezone"], later: [.. Limits, "timezone"]);
                if (map.Text("defaultTimezone") is { } zone and not ("UTC" or "Etc/UTC"))
                    map.Fault("defaultTimezone", $"is {Spelling.Shown(zone)}; only UTC is supported yet");
                return Format(map, column);
            case ColumnType.Json:
                map.Allow([], later: ["maxProperties", "minProperties", "required", "maxItems", "minItems", "uniqueItems"]);
                return column;
            default:
                map.Allow([]);
                return column;
        }
    }

    private static Column Lengths(YamlMap map, Column column)
    {
        column = column with { MinLength = map.Whole("minLength", 0, int.MaxValue), MaxLength = map.Whole("maxLength", 0, int.MaxValue) };
        if (column.MinLength > column.MaxLength)
            map.Fault("minLength", $"is {column.MinLength}, above the maxLength {column.MaxLength}: no value can pass");
        return column;
    }

    private static Column Pattern(YamlMap map, Column column)
    {
        if (map.Text("pattern") is not { } text) return column;
        try
        {
            return column with { Pattern = WholePattern.Compile(text), PatternText = text };
        }
        catch (NotSupportedException)
        {
            map.Fault("pattern", "looks around or refers back, or counts too high; such a pattern can be slow without bound",
                "Write it without (?=…), (?!…), (?<=…), (?<!…), (?>…) and \\1");
        }
        catch (ArgumentException e)
        {
            map.Fault("pattern", $"is not a regular expression: {e.Message.TrimEnd('.')}");
        }
        return column;
    }

    private static Column Format(YamlMap map, Column column)
    {
        if (map.Text("format") is not { } format) return column;
        if (DateFormat.Fits(format, column.Type)) return column with { Format = format };
        map.Fault("format", $"is {Spelling.Shown(format)}; expected {DateFormat.Expected(column.Type)}",
            "Text between the parts other than punctuation stands in single quotes");
        return column;
    }
}
