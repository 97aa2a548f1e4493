using Landfall.Contracts;

namespace Landfall.Runs;

/// <summary>The members of a message as they were met, in any order; what kind it is, and whether all is there, is known at its end.</summary>
internal sealed class RunMessageDraft
{
    public static readonly string[] Members = ["version", "kind", "contract", "run", "at", "generation", "page", "columns", "rows", "pages"];

    private readonly HashSet<string> _met = [];

    public long Version { get; set; }

    public string? Kind { get; set; }

    public string? Contract { get; set; }

    public string? Run { get; set; }

    public DateTimeOffset At { get; set; }

    public long Generation { get; set; }

    public int Page { get; set; }

    public int Pages { get; set; }

    public IReadOnlyList<string>? Columns { get; set; }

    public IReadOnlyList<ReadOnlyMemory<byte>>? Rows { get; set; }

    public long? RowCount { get; set; }

    public void Mark(string name)
    {
        if (!_met.Add(name)) throw RunMessageReader.Bad($"has the member '{name}' twice");
    }

    public RunMessage ToMessage()
    {
        Require("version", "kind", "contract", "run", "at");
        if (Version != RunMessages.Version) throw RunMessageReader.Bad($"is of another version; expected {RunMessages.Version}");
        if (!Identifier.TryParse(Contract, out _)) throw RunMessageReader.Bad("has a 'contract' that is no contract's id; expected [a-z_][a-z0-9_]{0,62}");
        if (!RunMessageWriter.IsRun(Run!)) throw RunMessageReader.Bad("has a 'run' that is no run's name; expected 1 to 200 of A-Z, a-z, 0-9, '.', '_' and '-'");
        return Kind switch
        {
            RunMessages.Page => ToPage(),
            RunMessages.Complete => ToComplete(),
            _ => throw RunMessageReader.Bad($"is of an unknown 'kind'; expected '{RunMessages.Page}' or '{RunMessages.Complete}'"),
        };
    }

    private PageMessage ToPage()
    {
        Require("page", "columns", "rows");
        Forbid("pages");
        if (Rows is null) throw RunMessageReader.Bad("is a page whose 'rows' is a number; expected an array of rows");
        if (Rows.Count == 0) throw RunMessageReader.Bad("is a page without rows; expected at least one, and no page at all for a run without rows");
        if (Columns is not { Count: > 0 }) throw RunMessageReader.Bad("is a page without columns; expected the name of at least one");
        return new() { Contract = Contract!, Run = Run!, At = At, Generation = Generation, Page = Page, Columns = Columns, Rows = Rows };
    }

    private CompleteMessage ToComplete()
    {
        Require("pages", "rows");
        Forbid("page", "columns");
        if (RowCount is not { } rows) throw RunMessageReader.Bad("is 'complete' with an array of 'rows'; expected their number");
        return RunMessageWriter.Agree(Pages, rows)
            ? new() { Contract = Contract!, Run = Run!, At = At, Generation = Generation, Pages = Pages, Rows = rows }
            : throw RunMessageReader.Bad($"has 'pages' and 'rows' that can not both be; expected 1 to {Runs.Pages.MaxRows} rows a page");
    }

    private void Require(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!_met.Contains(name)) throw RunMessageReader.Bad($"has no '{name}'");
        }
    }

    private void Forbid(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_met.Contains(name)) throw RunMessageReader.Bad($"has a '{name}', which its kind has not");
        }
    }
}
