using Landfall.Contracts.Reading;

namespace Landfall.Contracts.Rendering;

/// <summary>What a column is called in its warehouse, as a contract may write it.</summary>
internal static class TypeName
{
    /// <summary><c>numeric(12,2)</c></summary>
    public static string Of(Column column, SinkKind sink) =>
        column.Precision is { } precision ? $"{Bare(column, sink)}({precision},{column.Scale ?? 0})" : Bare(column, sink);

    /// <summary><c>numeric</c></summary>
    public static string Bare(Column column, SinkKind sink)
    {
        var row = TypePart.All.First(row => row.Type == column.Type);
        if (sink != SinkKind.BigQuery) return row.Postgres;
        // More than NUMERIC has behind the point.
        return column.Scale > 9 ? "BIGNUMERIC" : row.BigQuery;
    }
}
