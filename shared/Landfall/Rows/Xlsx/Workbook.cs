namespace Landfall.Rows.Xlsx;

/// <summary>What a workbook is made of: the way from its first part to the sheet that is wanted, and to what that sheet needs.</summary>
internal sealed class Workbook
{
    private const int NamesShown = 10;

    private readonly Package _package;
    private readonly Dictionary<string, (string Type, string Part)> _related = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Part, bool Cells)> _sheets = [];
    private readonly CancellationToken _cancellationToken;

    public Workbook(Package package, CancellationToken cancellationToken)
    {
        (_package, _cancellationToken) = (package, cancellationToken);
        var part = Main();
        foreach (var (id, type, target) in Relations(part)) _related.TryAdd(id, (type, target));
        using var reader = package.Open(part, Limits.Workbook, cancellationToken);
        if (!reader.Root() || reader.Name != "workbook") throw new RejectException($"the zip archive's part {Package.Shown(part)} is no workbook", "save it as .xlsx (Excel Workbook)", rule: "xlsx");
        while (reader.Child(0))
        {
            // xsd:boolean
            if (reader.Name == "workbookPr") Date1904 = reader.Attribute("date1904") is "1" or "true";
            else if (reader.Name == "sheets")
            {
                while (reader.Child(1)) Add(reader);
            }
        }
        reader.Finish();
    }

    /// <summary>Days count from 1904-01-01 instead of 1900-01-01.</summary>
    public bool Date1904 { get; }

    /// <param name="name">Null for the first that has cells. Hidden sheets count.</param>
    public (string Name, string Part) Find(string? name)
    {
        foreach (var sheet in _sheets)
        {
            if (name is null ? !sheet.Cells : sheet.Name != name) continue;
            if (!sheet.Cells) throw new RejectException($"the sheet '{name}' is a chart or a dialogue and has no cells", Known(), rule: "sheet");
            return (sheet.Name, sheet.Part);
        }
        throw new RejectException(name is null ? "the workbook has no sheet with cells" : $"the workbook has no sheet '{name}'", Known(), rule: "sheet");
    }

    public SharedStrings SharedStrings() => Read("/sharedStrings", Limits.SharedStrings, Xlsx.SharedStrings.Read) ?? Xlsx.SharedStrings.None;

    public Styles Styles() => Read("/styles", Limits.Styles, Xlsx.Styles.Read) ?? Xlsx.Styles.None;

    private T? Read<T>(string type, int limit, Func<PartReader, T> read)
        where T : class
    {
        var part = _related.Values.FirstOrDefault(r => r.Type.EndsWith(type, StringComparison.Ordinal)).Part;
        if (part is null || !_package.Has(part)) return null;
        using var reader = _package.Open(part, limit, _cancellationToken);
        var all = read(reader);
        reader.Finish();
        return all;
    }

    private void Add(PartReader reader)
    {
        if (reader.Name != "sheet" || reader.Attribute("name") is not { } name || reader.RelationshipId() is not { } id || !_related.TryGetValue(id, out var target)) return;
        _sheets.Add((name, target.Part, target.Type.EndsWith("/worksheet", StringComparison.Ordinal)));
    }

    private string Known()
    {
        var names = string.Join(", ", _sheets.Take(NamesShown).Select(s => $"'{Package.Shown(s.Name)}'"));
        return _sheets.Count > NamesShown ? $"its sheets are {names} and {_sheets.Count - NamesShown} more" : $"its sheets are {names}";
    }

    private string Main()
    {
        if (Relations("").FirstOrDefault(r => r.Type.EndsWith("/officeDocument", StringComparison.Ordinal)).Part is { } main && !main.EndsWith(".bin", StringComparison.OrdinalIgnoreCase)
            && !main.StartsWith("word/", StringComparison.OrdinalIgnoreCase) && !main.StartsWith("ppt/", StringComparison.OrdinalIgnoreCase)) return main;
        var (kind, hint) = _package switch
        {
            _ when _package.Has("xl/workbook.bin") => ("is a binary workbook (.xlsb)", "save it as .xlsx (Excel Workbook)"),
            _ when _package.Has("content.xml") => ("is an OpenDocument file (.ods)", "save it as .xlsx (Excel Workbook)"),
            _ when _package.Has("word/document.xml") => ("is a Word document", "drop the workbook"),
            _ when _package.Has("ppt/presentation.xml") => ("is a presentation", "drop the workbook"),
            _ when _package.Parts.Any(p => p.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase)) => ("is a zip archive that holds a workbook", "unpack it and drop the workbook itself"),
            _ => ("is a zip archive, but no workbook", "save it as .xlsx (Excel Workbook)"),
        };
        throw new RejectException($"the file {kind}", hint, rule: "xlsx");
    }

    /// <summary>The relationships of a part (ECMA-376 part 2): those of <c>xl/workbook.xml</c> stand in <c>xl/_rels/workbook.xml.rels</c>.</summary>
    private List<(string Id, string Type, string Part)> Relations(string of)
    {
        var found = new List<(string, string, string)>();
        var slash = of.LastIndexOf('/');
        var part = $"{of[..(slash + 1)]}_rels/{of[(slash + 1)..]}.rels";
        if (!_package.Has(part)) return found;
        using var reader = _package.Open(part, Limits.Workbook, _cancellationToken);
        if (!reader.Root()) return found;
        while (reader.Child(0))
        {
            if (reader.Attribute("Id") is { } id && reader.Attribute("Type") is { } type && reader.Attribute("Target") is { } target && reader.Attribute("TargetMode") != "External")
                found.Add((id, type, Resolve(of[..(slash + 1)], target)));
        }
        reader.Finish();
        return found;
    }

    /// <summary>A target is relative to its part's folder, or begins with a slash.</summary>
    private static string Resolve(string folder, string target)
    {
        var path = new List<string>();
        foreach (var step in (target.StartsWith('/') ? target : folder + target).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (step == "..") path.RemoveRange(Math.Max(0, path.Count - 1), Math.Min(1, path.Count));
            else if (step != ".") path.Add(step);
        }
        return string.Join('/', path);
    }
}
