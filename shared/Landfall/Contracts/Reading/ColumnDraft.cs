namespace Landfall.Contracts.Reading;

/// <summary>A column as far as it could be read.</summary>
/// <param name="Map">One entry of <c>properties[]</c>.</param>
/// <param name="Column">Null when its name or type could not be read; the log says why.</param>
/// <param name="IsKey">Whether it belongs to the primary key.</param>
/// <param name="KeyPosition"><c>primaryKeyPosition</c>; null when the contract's order counts.</param>
/// <param name="IsPartition">Whether it says which partition a row is in.</param>
internal sealed record ColumnDraft(YamlMap Map, Column? Column, bool IsKey, int? KeyPosition, bool IsPartition = false)
{
    public Column? Column { get; set; } = Column;
}
