namespace Landfall.Contracts.Reading;

/// <summary>A view as far as it could be read: what is null has its fault in the log.</summary>
internal sealed class ViewDraft(YamlMap map)
{
    public YamlMap Map { get; } = map;

    /// <summary>ODCS <c>name</c>.</summary>
    public string? Called { get; set; }

    public Identifier? Schema { get; set; }

    public Identifier? Name { get; set; }

    public TableDraft? Of { get; set; }

    public string? Where { get; set; }

    public string? Query { get; set; }

    /// <summary>The columns of <see cref="Of"/> that it shows; empty for all.</summary>
    public IReadOnlyList<ColumnDraft> Columns { get; set; } = [];

    public string? Description { get; set; }

    /// <summary>The view; only when the log is empty.</summary>
    /// <param name="tables">The contract's tables, built.</param>
    public View Build(IReadOnlyDictionary<TableDraft, Table> tables) => new()
    {
        Schema = Schema!.Value,
        Name = Name!.Value,
        Of = Of is null ? null : tables[Of],
        Where = Where,
        Query = Query,
        Columns = [.. (Columns.Count > 0 ? Columns : Of?.Columns ?? []).Select(column => column.Column!)],
        Description = Description,
    };
}
