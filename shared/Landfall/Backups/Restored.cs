using Landfall.Cloud;

namespace Landfall.Backups;

/// <summary>A table made what it was.</summary>
/// <param name="Table"><c>schema.table</c>.</param>
/// <param name="Backup">The object it was restored from.</param>
/// <param name="Time">When it was so.</param>
/// <param name="Rows">How many rows it has now.</param>
/// <param name="Removed">How many rows stood before.</param>
/// <param name="Landings">The first landings, <c>bucket/name#generation</c>, whose rows are not in the table since it or an earlier restore: delivered again, they land again.</param>
/// <param name="LandingsCount">How many of them there are.</param>
public sealed record Restored(string Table, StoredObject Backup, DateTimeOffset Time, long Rows, long Removed, IReadOnlyList<string> Landings, long LandingsCount);
