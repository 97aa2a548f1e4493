using System.Text;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Rest.Tables;

namespace Landfall.Rest.Reading;

/// <summary>Reads what stands behind a column's name: <c>eq.LA</c>, <c>in.(LA,"NY, NY")</c>, <c>is.null</c>.</summary>
internal static class FilterReader
{
    /// <summary>Values of one list.</summary>
    private const int MaxValues = 100;

    /// <summary>Whether it begins like a filter; for parameters that could be something else.</summary>
    public static bool IsFilter(string text) => text.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && Filter.Operators.ContainsKey(text[..dot]);

    /// <exception cref="ProblemException">400: the operator is none, or the value is not of the column's type.</exception>
    public static Filter Read(ApiColumn column, string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var word = dot < 0 ? text : text[..dot];
        if (dot < 0 || !Filter.Operators.ContainsKey(word)) throw NoOperator(column, word, dot >= 0);
        var rest = text[(dot + 1)..];
        switch (word)
        {
            case "is":
                if (rest is not ("null" or "notnull")) throw ProblemException.Bad($"{column.Name}: there is is.null and is.notnull, and no other", "other values are compared with eq or neq");
                return new(column, rest, []);
            case "in":
                return new(column, word, [.. List(column, rest).Select(value => Value(column, value))]);
            case "like" or "ilike":
                if (column.Type != ColumnType.Text) throw ProblemException.Bad($"{column.Name}: {word} is for texts, and this is {PostgresType(column)}", "use eq, lt, gt…");
                return new(column, word, [Pattern(column, rest)]);
            case "eq" or "neq":
                return new(column, word, [Value(column, rest)]);
            default:
                if (column.Type == ColumnType.Json) throw ProblemException.Bad($"{column.Name}: JSON values have no order", "use eq, neq, in or is");
                return new(column, word, [Value(column, rest)]);
        }
    }

    private static string Value(ApiColumn column, string value)
    {
        var (text, expected) = ValueText.Of(column, value);
        return text ?? throw ProblemException.Bad($"{column.Name} {expected}; found {ProblemException.Shown(value)}");
    }

    /// <summary><c>*</c> is any text, for <c>%</c> must be encoded in a URL; otherwise it is LIKE's own pattern.</summary>
    private static string Pattern(ApiColumn column, string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal)) throw ProblemException.Bad($"{column.Name} holds a NUL character, which no text has");
        var backslashes = text.Length - text.TrimEnd('\\').Length;
        if (backslashes % 2 == 1) throw ProblemException.Bad($"{column.Name}: the pattern ends with a backslash that escapes nothing", @"write \\ for a backslash");
        return text.Replace('*', '%');
    }

    /// <summary><c>(a,b,"c,d")</c>: what has a comma, a bracket or a quote in it stands in quotes, a quote in those behind a backslash.</summary>
    private static List<string> List(ApiColumn column, string text)
    {
        if (text is not ['(', .., ')']) throw ProblemException.Bad($"{column.Name}: in takes a list in brackets", $"{column.Name}=in.(a,b)");
        var values = new List<string>();
        for (var i = 1; i < text.Length;)
        {
            var value = new StringBuilder();
            if (text[i] == '"')
            {
                for (i++; i < text.Length && text[i] != '"'; i++)
                {
                    if (text[i] == '\\' && i + 1 < text.Length) i++;
                    value.Append(text[i]);
                }
                i++;
                if (i >= text.Length || text[i] is not (',' or ')')) throw ProblemException.Bad($"{column.Name}: a value of the list has no quote at its end, or something behind it", "in.(\"a, b\",c)");
            }
            else
            {
                for (; i < text.Length - 1 && text[i] != ','; i++) value.Append(text[i]);
            }
            values.Add(value.ToString());
            // Behind the closing bracket nothing may come.
            if (text[i] == ')' && i < text.Length - 1) throw ProblemException.Bad($"{column.Name}: something stands behind the list", "put values with brackets in quotes");
            i++;
        }
        if (values.Count > MaxValues) throw ProblemException.Bad($"{column.Name}: the list has {values.Count} values; at most {MaxValues} are taken", "ask in parts");
        return values;
    }

    private static ProblemException NoOperator(ApiColumn column, string word, bool dotted) => ProblemException.Bad(
        $"{column.Name}: {ProblemException.Shown(word)} is no operator; there are {string.Join(", ", Filter.Operators.Keys)}",
        dotted ? $"did you mean {column.Name}={NearestName.Of(ProblemException.Shown(word), Filter.Operators.Keys)}.…? A value stands behind an operator and a dot" : $"did you mean {column.Name}=eq.{ProblemException.Shown(word)}?");

    private static string PostgresType(ApiColumn column) => Sinks.Postgres.PostgresDdl.Type(column.Column);
}
