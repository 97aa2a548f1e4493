using Landfall.Rest.Tables;

namespace Landfall.Rest.Reading;

/// <summary>What rows are asked for.</summary>
internal sealed record RowQuery
{
    public required ApiTable Table { get; init; }

    /// <summary>The columns to show, in their order.</summary>
    public required IReadOnlyList<ApiColumn> Select { get; init; }

    /// <summary>All of which must hold.</summary>
    public IReadOnlyList<Filter> Filters { get; init; } = [];

    /// <summary>No two rows are equal in it.</summary>
    public required IReadOnlyList<OrderTerm> Order { get; init; }

    /// <summary>Rows of a page, 1 to 1,000.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>The row to go on behind; null for the first page.</summary>
    public Cursor? After { get; init; }

    public RowCount Count { get; init; }
}
