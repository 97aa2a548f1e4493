using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Rest.Tables;

namespace Landfall.Rest.Reading;

/// <summary>Reads <c>hired_at.desc,name</c>, and adds what makes it an order of all rows: the key, in the direction of the last step.</summary>
internal static class OrderReader
{
    /// <exception cref="ProblemException">400.</exception>
    public static IReadOnlyList<OrderTerm> Read(ApiTable table, string? text)
    {
        var terms = new List<OrderTerm>();
        foreach (var part in text is null ? [] : text.Split(','))
        {
            var words = part.Split('.');
            var column = table.Known(words[0], "order");
            if (column.Type == ColumnType.Json) throw ProblemException.Bad($"order: {column.Name} is JSON, which has no order");
            if (terms.Exists(term => term.Column == column)) throw ProblemException.Bad($"order: {column.Name} stands twice");
            terms.Add(Term(column, words.AsSpan(1)));
        }
        var descending = terms is [.., { Descending: true }];
        foreach (var column in table.Key.Where(column => !terms.Exists(term => term.Column == column))) terms.Add(new(column, descending, descending));
        if (table.Key.Count == 0) terms.Add(new(null, descending, descending));
        return terms;
    }

    private static OrderTerm Term(ApiColumn column, ReadOnlySpan<string> words)
    {
        var descending = words is ["desc", ..];
        var rest = words is ["desc" or "asc", ..] ? words[1..] : words;
        return rest switch
        {
            [] => new(column, descending, descending),
            ["nullsfirst"] => new(column, descending, NullsFirst: true),
            ["nullslast"] => new(column, descending, NullsFirst: false),
            _ => throw ProblemException.Bad($"order: {ProblemException.Shown(string.Join('.', words.ToArray()))} is no direction", $"{column.Name}, {column.Name}.desc, {column.Name}.desc.nullslast, {column.Name}.nullsfirst"),
        };
    }
}
