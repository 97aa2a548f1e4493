using System.Globalization;

namespace Landfall.Contracts.Reading;

/// <summary>The <c>landfall</c> map of a contract: which objects, how they are written, and how patient a landing is.</summary>
internal static class LandingPart
{
    private const string DropZone = "drop-zone";

    private static readonly string[] Words = ["object", "format", "unknownColumns", "maxRejectedPercent", "maxChangePercent", "waitForParents", "allowEmpty", "timeZone", "fetch", "topic", "export"];
    private static readonly string[] FormatWords = ["type", "delimiter", "header", "encoding"];

    /// <summary>The words for the formats, and the ends of the names that mean them.</summary>
    private static readonly (string Word, FormatType Type, string[] Extensions)[] Types =
    [
        ("csv", FormatType.Csv, [".csv", ".tsv", ".txt"]),
        ("ndjson", FormatType.Ndjson, [".ndjson", ".jsonl", ".json"]),
        ("xlsx", FormatType.Xlsx, [".xlsx"]),
        ("avro", FormatType.Avro, [".avro"]),
    ];

    /// <summary>A delivery is tried again for a day at the most; who waits longer waits for ever.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromHours(24);

    public static void Read(ContractDraft draft)
    {
        if (LandfallProperty.Find(draft.Map, required: true) is not { } map) return;
        draft.Landfall = map;
        map.Allow(Words);
        TopicPart.Read(draft, map);
        if (!TopicPart.IsOne(map)) draft.Object = Object(map, draft.Team);
        draft.Format = Format(map.Map("format"), draft.Object);
        draft.AllowEmpty = map.Flag("allowEmpty") ?? false;
        draft.TimeZone = TimeZonePart.Read(map);
        if (map.Choice("unknownColumns", ["refuse", "discard"], later: ["add"]) == "discard") draft.UnknownColumns = UnknownColumns.Discard;
        draft.MaxRejectedPercent = Percent(map, "maxRejectedPercent") ?? draft.MaxRejectedPercent;
        draft.MaxChangePercent = Percent(map, "maxChangePercent");
        if (map.Text("waitForParents") is { } wait)
        {
            if (Duration(wait) is { } time && time <= MaxWait) draft.WaitForParents = time;
            else map.Fault("waitForParents", $"is {Spelling.Shown(wait)}; expected a whole number and s, m or h, at most 24h, for example 30s");
        }
    }

    private static double? Percent(YamlMap map, string word)
    {
        if (map.Number(word) is not { } percent) return null;
        if (percent is >= 0 and <= 100) return (double)percent;
        map.Fault(word, $"is {percent.ToString(CultureInfo.InvariantCulture)}; expected 0 to 100");
        return null;
    }

    private static ObjectPattern? Object(YamlMap map, string? team)
    {
        if (map.RequiredText("object") is not { } text) return null;
        try
        {
            var pattern = ObjectPattern.Parse(text);
            if (pattern.Bucket == DropZone && team is not null) CheckFolder(map, pattern, team);
            return pattern;
        }
        catch (FormatException e)
        {
            map.Fault("object", $"is {Spelling.Shown(text)}; it {e.Message}");
            return null;
        }
    }

    // In the drop zone a team may write below its own folder only, so that folder is who sent the file.
    private static void CheckFolder(YamlMap map, ObjectPattern pattern, string team)
    {
        var slash = pattern.Name.IndexOf('/', StringComparison.Ordinal);
        var folder = slash < 0 ? "" : pattern.Name[..slash];
        if (folder != team || folder.AsSpan().ContainsAny('*', '{'))
            map.Fault("object", $"is in the folder '{folder}' of the drop zone, and the team is '{team}'",
                $"A team's objects begin with {DropZone}/<team.name>/");
    }

    private static FileFormat Format(YamlMap? map, ObjectPattern? pattern)
    {
        map?.Allow(FormatWords);
        var type = Types.FirstOrDefault(known => known.Word == map?.Choice("type", [.. Types.Select(t => t.Word)]));
        if (type.Word is null) type = Types.FirstOrDefault(known => known.Extensions.Any(extension => pattern?.Unpacked.EndsWith(extension, StringComparison.OrdinalIgnoreCase) == true));
        var format = new FileFormat { Type = type.Word is null ? FormatType.Csv : type.Type };
        if (map is null) return format;

        foreach (var word in (string[])["delimiter", "header"])
        {
            if (format.Type != FormatType.Csv && map.Has(word))
                map.Fault(word, $"is a word for csv, and the objects are {type.Word}", format.Type == FormatType.Xlsx && word == "header" ? "Write it on the table, beside 'sheet'" : "Remove it");
        }
        if (format.Type is FormatType.Xlsx or FormatType.Avro && map.Has("encoding"))
            map.Fault("encoding", $"is a word for text, and the objects are {type.Word}", "Remove it: the format says itself how text is written");
        format = format with { Header = format.Type != FormatType.Csv || (map.Flag("header") ?? true), Encoding = Encoding(map) };
        if (map.Text("delimiter") is not { } delimiter) return format;
        if (delimiter is [var c] && char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && c is not ('"' or '\r' or '\n'))
            return format with { Delimiter = c };
        map.Fault("delimiter", $"is {Spelling.Shown(delimiter)}; expected one ASCII character that is no letter, digit, quote or line break",
            "A tab is \"\\t\", in double quotes");
        return format;
    }

    private static string Encoding(YamlMap map)
    {
        if (map.Text("encoding") is not { } text) return TextEncodings.Utf8;
        if (TextEncodings.Names.Contains(text, StringComparer.OrdinalIgnoreCase)) return text.ToLowerInvariant();
        map.Fault("encoding", $"is {Spelling.Shown(text)}; expected {Spelling.Or([.. TextEncodings.Names])}");
        return TextEncodings.Utf8;
    }

    private static TimeSpan? Duration(string text) =>
        text.Length is > 1 and < 8 && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? text[^1] switch
            {
                's' => TimeSpan.FromSeconds(number),
                'm' => TimeSpan.FromMinutes(number),
                'h' => TimeSpan.FromHours(number),
                _ => null,
            }
            : null;
}
