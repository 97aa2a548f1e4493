using System.Text;
using Landfall.Contracts;
using Landfall.Contracts.Reading;
using Landfall.Rows;

namespace Landfall.Reports.Reading;

/// <summary>The header's <c>parameters</c> and <c>columns</c>: properties as contracts have them, with the same types and rules.</summary>
internal static class FieldPart
{
    private static readonly string[] Shared = ["name", "logicalType", "physicalType", "required", "description", "example"];

    public static IEnumerable<ReportParameter> Parameters(YamlMap header)
    {
        foreach (var (map, column) in Fields(header, "parameters", required: false, ["logicalTypeOptions", "default"]))
        {
            var ruled = map.Map("logicalTypeOptions") is { } options ? OptionsPart.Read(options, column) : column;
            if (ruled.Required && map.Has("default")) map.Fault("required", "stands beside 'default', which is asked where nothing is said", "Keep one of the two");
            yield return new(ruled, Value(map, "default", ruled), Value(map, "example", ruled));
        }
    }

    public static IEnumerable<ReportColumn> Columns(YamlMap header)
    {
        foreach (var (map, column) in Fields(header, "columns", required: true, []))
            yield return new(column, Value(map, "example", column));
    }

    private static IEnumerable<(YamlMap Map, Column Column)> Fields(YamlMap header, string word, bool required, string[] more)
    {
        var known = new HashSet<Identifier>();
        foreach (var map in header.Maps(word, "name", required))
        {
            map.Allow([.. Shared, .. more]);
            var (name, type) = (map.Name("name"), TypePart.Read(map, SinkKind.Postgres));
            var (needed, description) = (map.Flag("required") ?? false, map.Text("description"));
            if (name is { } twice && !known.Add(twice)) map.Fault("name", $"is '{twice}', as another of the {word} is called");
            if (name is not { } called || type is not { } read) continue;
            yield return (map, new Column { Name = called, Type = read.Type, Precision = read.Precision, Scale = read.Scale, Source = called.Name, Required = needed, Description = description });
        }
    }

    /// <summary>A value that stands in the header, checked as one that is asked.</summary>
    private static string? Value(YamlMap map, string word, Column column)
    {
        if (map.Any(word) is not { } text) return null;
        if (CellBinder.Write(column, Encoding.UTF8.GetBytes(text), isText: false, new ValueHolder()) is not { } broken) return text;
        map.Fault(word, $"is {Spelling.Shown(text)}, and {column.Name} {broken.Expected}");
        return null;
    }
}
