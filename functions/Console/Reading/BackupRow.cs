using Landfall.Contracts;

namespace Landfall.Web.Reading;

/// <summary>A table's backups.</summary>
/// <param name="Backups">When and how large, the newest first; null where the bucket does not answer.</param>
public sealed record BackupRow(Contract Contract, Table Table, IReadOnlyList<(string Name, DateTimeOffset Time, long Size)>? Backups);
