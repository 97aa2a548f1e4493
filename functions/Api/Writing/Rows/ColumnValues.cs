using Npgsql;

namespace Landfall.Rest.Writing.Rows;

/// <summary>The values of one column, on their way into an array parameter.</summary>
internal abstract class ColumnValues
{
    public abstract void Null(int row);

    /// <summary>The values of the rows that stay, in their order.</summary>
    /// <param name="rows">Their numbers; null for the first <paramref name="count"/>.</param>
    public abstract NpgsqlParameter Parameter(IReadOnlyList<int>? rows, int count);
}
