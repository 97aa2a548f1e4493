namespace Landfall.Contracts;

/// <summary>A view on a dataset's tables, for those who may see only a part: one entry of ODCS <c>schema[]</c> whose <c>physicalType</c> is <c>view</c>.</summary>
public sealed record View
{
    /// <summary>Its schema or dataset: often another than the tables', so that readers can be let into it alone.</summary>
    public required Identifier Schema { get; init; }

    public required Identifier Name { get; init; }

    /// <summary>The table of the same contract that <see cref="Where"/> is about (<c>of</c>); null when there is a <see cref="Query"/>.</summary>
    public Table? Of { get; init; }

    /// <summary>The condition on a row of <see cref="Of"/>, in the warehouse's SQL; null for every row.</summary>
    public string? Where { get; init; }

    /// <summary>The whole query, from the <c>.sql</c> file beside the contract; <c>${table}</c>, or <c>${name}</c> for a table by its name, stand for the contract's tables. Null with <see cref="Of"/>.</summary>
    public string? Query { get; init; }

    /// <summary>The columns of <see cref="Of"/> that it shows, in order; never empty with <see cref="Of"/>.</summary>
    public IReadOnlyList<Column> Columns { get; init; } = [];

    /// <summary>ODCS <c>description</c>, written to the warehouse.</summary>
    public string? Description { get; init; }

    /// <summary>The <see cref="Query"/> with the tables in it.</summary>
    /// <param name="contract">Whose view it is.</param>
    /// <param name="table">How the warehouse writes a table's name.</param>
    /// <exception cref="InvalidOperationException">The view has no query.</exception>
    public string QueryOn(Contract contract, Func<Table, string> table)
    {
        var query = Query ?? throw new InvalidOperationException($"The view {this} has no query.");
        if (contract.Tables is [var only]) query = query.Replace("${table}", table(only), StringComparison.Ordinal);
        foreach (var named in contract.Tables) query = query.Replace($"${{{named.Called}}}", table(named), StringComparison.Ordinal);
        return query;
    }

    /// <summary><c>"schema"."view"</c>.</summary>
    public string Quoted => $"{Schema.Quoted}.{Name.Quoted}";

    public override string ToString() => $"{Schema}.{Name}";
}
