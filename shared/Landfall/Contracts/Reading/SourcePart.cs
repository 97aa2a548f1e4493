using System.Globalization;
using System.Text.RegularExpressions;

namespace Landfall.Contracts.Reading;

/// <summary>Where a column's values come from: <c>transformSourceObjects</c> and <c>transformLogic</c>.</summary>
internal static class SourcePart
{
    private static readonly Regex Lpad = new(@"\Alpad\((?<column>[^,]+), *(?<length>[0-9]{1,4}), *'(?<fill>[\x20-\x7e])'\)\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public static Column Read(YamlMap map, Column column, ContractDraft contract)
    {
        column = column with { Source = Source(map, column, contract) };
        return map.Text("transformLogic") is { } logic ? column with { Pad = Pad(map, column, logic) } : column;
    }

    private static string Source(YamlMap map, Column column, ContractDraft contract)
    {
        const string word = "transformSourceObjects";
        switch (map.Texts(word))
        {
            case []:
                break;
            case [Column.DateSource]:
                if (column.Type != ColumnType.Date)
                    map.Fault(word, "is the date in the object's name, and the logicalType is not date", "Set logicalType: date");
                if (contract.Topic is not null)
                    map.Fault(word, "is the date in an object's name, and the rows come by 'topic'", "Let the pages have a column for it");
                if (contract.Object is { HasDate: false })
                    map.Fault(word, "is the date in the object's name, and 'object' has none",
                        "Write {date:yyyyMMdd} into 'object' where the date stands");
                return Column.DateSource;
            case [var name] when name.StartsWith('{'):
                map.Fault(word, $"is {Spelling.Shown(name)}; of what is not in the file there is only {Column.DateSource}");
                break;
            case [var name]:
                if (!contract.Format.Header && name != column.Name.Name)
                    map.Fault(word, $"is {Spelling.Shown(name)}, and the file has no header to find it by",
                        "Without a header the properties are the file's columns in order");
                return name;
            default:
                map.Fault(word, "names several columns; a property reads one");
                break;
        }
        return column.Source;
    }

    private static Padding? Pad(YamlMap map, Column column, string logic)
    {
        const string word = "transformLogic";
        var match = Lpad.Match(logic);
        var length = match.Success ? int.Parse(match.Groups["length"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        if (length is < 1 or > 1000)
        {
            map.Fault(word,
                $"is {Spelling.Shown(logic)}; the one transformation there is: lpad(column, n, 'c'), with n from 1 to 1000 and one ASCII character");
            return null;
        }
        if (match.Groups["column"].Value != column.Source)
        {
            map.Fault(word, $"pads '{match.Groups["column"].Value}', and the property reads '{column.Source}'",
                "Name the column that the property reads");
            return null;
        }
        if (column.Type == ColumnType.Text) return new Padding(length, match.Groups["fill"].ValueSpan[0]);
        map.Fault(word, "pads what is not text", "Set logicalType: string");
        return null;
    }

}
