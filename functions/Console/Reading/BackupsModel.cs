namespace Landfall.Web.Reading;

/// <param name="KeptDays">How long backups are kept.</param>
public sealed record BackupsModel(IReadOnlyList<BackupRow> Tables, int KeptDays, DateTimeOffset Now);
