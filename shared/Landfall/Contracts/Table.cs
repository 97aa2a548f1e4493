namespace Landfall.Contracts;

/// <summary>A table that a dataset's rows land in: one entry of ODCS <c>schema[]</c>.</summary>
public sealed record Table
{
    public required Identifier Schema { get; init; }

    public required Identifier Name { get; init; }

    /// <summary>ODCS <c>name</c>, by which the contract itself speaks of it: another than <see cref="Name"/> where <c>physicalName</c> says so.</summary>
    public string Called { get => field ?? Name.Name; init; }

    public required WriteMode Write { get; init; }

    /// <summary>Whether its rows stay in the files, which BigQuery reads where they lie (<c>physicalType: external</c>). It is then its contract's only table, and nothing is written to it.</summary>
    public bool IsExternal { get; init; }

    /// <summary>Where in a workbook its rows are; null for whatever is no workbook.</summary>
    public Section? Section { get; init; }

    /// <summary>The column that says which partition a row is in: a required date, the one in the object's name. Never null under <see cref="WriteMode.ReplacePartition"/>.</summary>
    public Column? Partition { get; init; }

    /// <summary>ODCS <c>description</c>, written to the warehouse.</summary>
    public string? Description { get; init; }

    /// <summary>In the order of the contract. Never empty; names are unique and none begins with an underscore (those are Landfall's).</summary>
    public required IReadOnlyList<Column> Columns { get; init; }

    /// <summary>The primary key's columns by <c>primaryKeyPosition</c>; empty when there is none. Never empty under <see cref="WriteMode.Upsert"/>.</summary>
    public IReadOnlyList<Column> Key { get; init; } = [];

    /// <summary>The column whose values an uplift may raise, and whose raised values the next landing keeps; null for none. Its table has one key column and is replaced.</summary>
    public Column? Uplift { get; init; }

    /// <summary>The columns whose values must stand in another table of the same sink.</summary>
    public IReadOnlyList<Relationship> Relationships { get; init; } = [];

    /// <summary>What must hold, or is told, when all rows are in place.</summary>
    public IReadOnlyList<QualityRule> Quality { get; init; } = [];

    /// <summary><c>"schema"."table"</c>.</summary>
    public string Quoted => $"{Schema.Quoted}.{Name.Quoted}";

    public override string ToString() => $"{Schema}.{Name}";
}
