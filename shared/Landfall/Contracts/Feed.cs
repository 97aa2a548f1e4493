namespace Landfall.Contracts;

/// <summary>
/// Rows of one shape in a file, and the tables made of them. A file is one feed, whose every row has the columns of all tables; only a workbook has a
/// feed for each of its <see cref="Section"/>s.
/// </summary>
public sealed class Feed
{
    private Feed(int index, Section? section, IReadOnlyList<Table> tables)
    {
        Index = index;
        Section = section;
        Tables = tables;
        Columns = [.. tables.SelectMany(t => t.Columns)];
        Wanted = [.. Columns.Select(c => c.Source).Where(s => s != Column.DateSource).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Its place among the contract's feeds, from 0.</summary>
    public int Index { get; }

    /// <summary>Null for whatever is no workbook.</summary>
    public Section? Section { get; }

    /// <summary>Parents before children. Never empty.</summary>
    public IReadOnlyList<Table> Tables { get; }

    /// <summary>What a row is made of, in order: the columns of all its tables.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The names that the columns read in the file, each once, in the order in which they first stand in the contract; without <see cref="Column.DateSource"/>.</summary>
    public IReadOnlyList<string> Wanted { get; }

    /// <summary>The feeds of a contract's tables.</summary>
    public static IReadOnlyList<Feed> Of(IReadOnlyList<Table> tables) => [.. tables.GroupBy(t => t.Section).Select((group, index) => new Feed(index, group.Key, [.. group]))];
}
