namespace Landfall.Contracts.Reading;

/// <summary>A table as far as it could be read: what is null has its fault in the log.</summary>
internal sealed class TableDraft(YamlMap map)
{
    public YamlMap Map { get; } = map;

    /// <summary>
    /// ODCS <c>name</c>: what shorthand references call it. Not the table's name in the warehouse when <c>physicalName</c> says another.
    /// </summary>
    public string? Called { get; set; }

    public Identifier? Schema { get; set; }

    public Identifier? Name { get; set; }

    public WriteMode Write { get; set; } = WriteMode.Append;

    /// <summary>Whether its rows stay in the files.</summary>
    public bool IsExternal { get; set; }

    public Section? Section { get; set; }

    public string? Description { get; set; }

    public IReadOnlyList<ColumnDraft> Columns { get; set; } = [];

    /// <summary>The key's columns in order.</summary>
    public IReadOnlyList<ColumnDraft> Key { get; set; } = [];

    public ColumnDraft? Uplift { get; set; }

    public IReadOnlyList<QualityRule> Quality { get; set; } = [];

    public List<Relationship> Relationships { get; } = [];

    /// <summary>The table; only when the log is empty.</summary>
    public Table Build() => new()
    {
        Schema = Schema!.Value,
        Name = Name!.Value,
        Called = Called!,
        Write = Write,
        IsExternal = IsExternal,
        Section = Section,
        Partition = Write == WriteMode.ReplacePartition ? Columns.First(column => column.IsPartition).Column : null,
        Description = Description,
        Columns = [.. Columns.Select(column => column.Column!)],
        Key = [.. Key.Select(column => column.Column!)],
        Uplift = Uplift?.Column,
        Relationships = Relationships,
        Quality = Quality,
    };
}
