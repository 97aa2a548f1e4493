namespace Landfall.Contracts;

/// <summary>A foreign key: ODCS <c>relationships</c> of one property.</summary>
/// <param name="Column">The referring column.</param>
/// <param name="ParentSchema">The schema of the referenced table, in the same sink.</param>
/// <param name="ParentTable">The referenced table.</param>
/// <param name="ParentColumn">The referenced column: that table's whole primary key, or unique.</param>
/// <param name="ParentContract">The contract that lands the referenced table; the same as the referring one's for two tables of one file.</param>
public sealed record Relationship(Column Column, Identifier ParentSchema, Identifier ParentTable, Identifier ParentColumn, Identifier ParentContract)
{
    /// <summary><c>"schema"."table"</c> of the parent.</summary>
    public string ParentQuoted => $"{ParentSchema.Quoted}.{ParentTable.Quoted}";
}
