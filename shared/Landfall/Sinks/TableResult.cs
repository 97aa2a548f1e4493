namespace Landfall.Sinks;

/// <summary>What a landing did to one table.</summary>
/// <param name="Table"><c>schema.table</c>.</param>
/// <param name="Rows">Rows inserted or updated.</param>
/// <param name="Older">Rows left as they are, because a newer source had written them (<c>upsert</c>).</param>
public sealed record TableResult(string Table, long Rows, long Older = 0);
