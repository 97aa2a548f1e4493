using System.Globalization;
using Landfall.Hosting;
using Landfall.Rest.Tables;
using Microsoft.AspNetCore.WebUtilities;

namespace Landfall.Rest.Reading;

/// <summary>Reads a query string: <c>?state=eq.LA&amp;select=name,zip&amp;order=zip.desc&amp;limit=50</c>.</summary>
/// <param name="key">The seal of the cursors.</param>
internal sealed class QueryReader(byte[] key)
{
    public const int MaxLimit = 1000;

    private const int MaxFilters = 20;

    /// <summary>Parameters that are no column. A column of such a name is meant where the value begins with an operator: <c>limit=gte.5</c>.</summary>
    private static readonly string[] Words = ["select", "order", "limit", "cursor", "count"];

    /// <summary>Whether a parameter of that name is no filter, as a rule.</summary>
    public static bool IsWord(string name) => Words.Contains(name);

    /// <param name="query">With its question mark, or empty.</param>
    /// <param name="single">Whether it is about one row, which is neither filtered nor ordered.</param>
    /// <exception cref="ProblemException">400: it says what is not understood, and what is expected.</exception>
    public RowQuery Read(ApiTable table, string? query, bool single = false)
    {
        var said = new Dictionary<string, string>();
        var filters = new List<Filter>();
        foreach (var pair in new QueryStringEnumerable(query))
        {
            var (name, value) = (pair.DecodeName().ToString(), pair.DecodeValue().ToString());
            if (IsWord(name) && (table.Column(name) is null || !FilterReader.IsFilter(value)))
            {
                if (single && name != "select") throw ProblemException.Bad($"{name} is not possible with one row", "select chooses its columns");
                if (!said.TryAdd(name, value)) throw ProblemException.Bad($"{name} stands twice", "say it once, with commas in it");
                continue;
            }
            if (table.Column(name) is not { } column) throw Unknown(table, name);
            if (single) throw ProblemException.Bad($"{name} is not possible with one row, which is found by its key", $"filters are for /tables/{table.Name}/rows");
            filters.Add(FilterReader.Read(column, value));
        }
        if (filters.Count > MaxFilters) throw ProblemException.Bad($"There are {filters.Count} filters; at most {MaxFilters} are taken");
        var read = new RowQuery
        {
            Table = table,
            Select = Select(table, said.GetValueOrDefault("select")),
            Filters = filters,
            Order = OrderReader.Read(table, said.GetValueOrDefault("order")),
            Limit = Limit(said.GetValueOrDefault("limit")),
            Count = Count(said.GetValueOrDefault("count")),
        };
        return said.TryGetValue("cursor", out var cursor) ? read with { After = Cursor.Read(key, read, cursor) } : read;
    }

    private static IReadOnlyList<ApiColumn> Select(ApiTable table, string? text)
    {
        if (text is null or "*") return table.Columns;
        var columns = text.Split(',').Select(name => table.Known(name.Trim(), "select")).ToList();
        return columns.Distinct().Count() == columns.Count ? columns : throw ProblemException.Bad("select: a column stands twice", "name each once");
    }

    private static int Limit(string? text)
    {
        if (text is null) return 100;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit
            ? limit
            : throw ProblemException.Bad($"limit is {ProblemException.Shown(text)}; it must be a whole number from 1 to {MaxLimit}", "the Link header of a page leads to the next");
    }

    private static RowCount Count(string? text) => text switch
    {
        null or "none" => RowCount.None,
        "exact" => RowCount.Exact,
        "estimated" => RowCount.Estimated,
        _ => throw ProblemException.Bad($"count is {ProblemException.Shown(text)}; it must be exact or estimated"),
    };

    private static ProblemException Unknown(ApiTable table, string name) => ProblemException.Bad(
        $"{table.Name} has no column {ProblemException.Shown(name)}, nor is that another parameter",
        $"did you mean {NearestName.Of(ProblemException.Shown(name), table.Columns.Select(column => column.Name).Concat(Words))}?");
}
