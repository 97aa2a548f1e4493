namespace Landfall.Contracts.Reading;

/// <summary>Where in a workbook a table's rows are: <c>sheet</c>, <c>range</c>, <c>header</c> and <c>unpivot</c> of its <c>landfall</c> map.</summary>
internal static class SectionPart
{
    private static readonly string[] Words = ["sheet", "range", "header", "unpivot"];
    private static readonly string[] Ends = ["rows", "columns", "cells"];

    public static Section? Read(YamlMap map, ContractDraft contract)
    {
        if (contract.Format.Type != FormatType.Xlsx)
        {
            foreach (var word in Words.Where(map.Has)) map.Fault(word, "is a word for xlsx, and the contract's objects are not", "Let 'object' end in .xlsx, or write format: { type: xlsx }");
            return null;
        }
        var section = new Section { Sheet = map.Text("sheet"), Range = Range(map), Header = map.Flag("header") ?? true, Unpivot = map.Map("unpivot") is { } unpivot ? Unpivot(unpivot) : null };
        if (section.Sheet is { Length: > 31 }) map.Fault("sheet", "is longer than the 31 characters that a sheet's name may have");
        if (!map.Has("unpivot")) return section;
        foreach (var word in (string[])["range", "header"])
        {
            if (map.Has(word)) map.Fault(word, "stands beside 'unpivot', which says itself where its labels and cells are", "Remove it");
        }
        return section;
    }

    /// <summary>What the columns of a table must be for its section.</summary>
    public static void Check(TableDraft table)
    {
        if (table.Section is not { } section) return;
        foreach (var column in table.Columns.Where(c => c.Column is not null && c.Column.Source != Column.DateSource))
        {
            var source = column.Column!.Source;
            if (section.Unpivot is not null && source is not (Contracts.Unpivot.Row or Contracts.Unpivot.Column or Contracts.Unpivot.Cell))
                column.Map.Fault("transformSourceObjects", $"is {Spelling.Shown(source)}; of a cross table there are row, column and cell");
            else if (section is { Header: false, Unpivot: null } && source != column.Column.Name.Name)
                column.Map.Fault("transformSourceObjects", $"is {Spelling.Shown(source)}, and the range has no header to find it by", "Without a header the properties are the range's columns in order");
        }
    }

    private static CellRange? Range(YamlMap map)
    {
        if (map.Text("range") is not { } text) return null;
        if (CellRange.TryParse(text, out var range)) return range;
        map.Fault("range", $"is {Spelling.Shown(text)}; expected two corners such as A5:C20, or A5:C to go on to the last row");
        return null;
    }

    private static Unpivot? Unpivot(YamlMap map)
    {
        map.Allow(Ends);
        var corners = new CellAddress[Ends.Length];
        var read = true;
        foreach (var (index, word) in Ends.Index())
        {
            if (map.RequiredText(word) is not { } text) read = false;
            else if (!CellAddress.TryParse(text, out corners[index]))
            {
                map.Fault(word, $"is {Spelling.Shown(text)}; expected a cell, for example C3");
                read = false;
            }
        }
        if (!read) return null;
        var (rows, columns, cells) = (corners[0], corners[1], corners[2]);
        if (rows.Row == cells.Row && columns.Column == cells.Column && rows.Column < cells.Column && columns.Row < cells.Row) return new(rows, columns, cells);
        map.FaultHere($"has its labels in {rows} and {columns} and its cells in {cells}", "The labels stand left of and above the first cell: rows in its row, columns in its column");
        return null;
    }
}
