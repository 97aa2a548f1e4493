namespace Landfall.Contracts.Rendering;

/// <summary>A table's box: its size, in pixels of a drawing that is not scaled, and its place.</summary>
internal sealed class ErBox
{
    public const double HeaderHeight = 30, RowHeight = 22, Padding = 12;

    /// <summary>A letter of a fixed-width font of 12 pixels: 0.6 em in nearly all of them.</summary>
    private const double Letter = 7.25;

    /// <summary>A letter of the header, 13 pixels and bold, at its widest in the fonts of the systems there are.</summary>
    private const double HeaderLetter = 8.6;

    /// <summary>A wide table's other columns say little about how tables hang together.</summary>
    private const int MaxRows = 40;

    public ErBox(ErTable table, IReadOnlyCollection<string> referredTo)
    {
        Table = table;
        var telling = table.Columns.Where(column => column.Marks.Any() || referredTo.Contains(column.Name)).ToHashSet();
        var rest = table.Columns.Where(column => !telling.Contains(column)).Take(Math.Max(0, MaxRows - telling.Count)).ToHashSet();
        Columns = [.. table.Columns.Where(column => telling.Contains(column) || rest.Contains(column))];
        Hidden = table.Columns.Count - Columns.Count;
        MarksWidth = Columns.Max(column => string.Join(' ', column.Marks).Length) is > 0 and var marks ? (marks * 6.4) + 8 : 0;
        NameWidth = Columns.Max(column => column.Name.Length) * Letter;
        var row = (2 * Padding) + MarksWidth + NameWidth + 20 + (Columns.Max(column => column.Type.Length) * Letter);
        Width = Math.Ceiling(Math.Max(Math.Max(row, (2 * Padding) + (table.Name.Length * HeaderLetter)), 150));
        Height = HeaderHeight + (RowHeight * (Columns.Count + (Hidden > 0 ? 1 : 0))) + 6;
    }

    public ErTable Table { get; }

    /// <summary>Those that are shown: all with a mark or a line, and as many others as there is room for.</summary>
    public IReadOnlyList<ErColumn> Columns { get; }

    /// <summary>How many columns are not shown.</summary>
    public int Hidden { get; }

    public double MarksWidth { get; }

    public double NameWidth { get; }

    public double Width { get; }

    public double Height { get; }

    public double X { get; set; }

    public double Y { get; set; }

    /// <summary>How far below the box's top the middle of a column's row is.</summary>
    public double Offset(string column) => HeaderHeight + 3 + (RowHeight * (Columns.Index().First(row => row.Item.Name == column).Index + 0.5));
}
