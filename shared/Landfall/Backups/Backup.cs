using Landfall.Cloud;

namespace Landfall.Backups;

/// <summary>A table as it was at one moment, in one object; it has been read back and counted.</summary>
/// <param name="Table"><c>schema.table</c>.</param>
/// <param name="Contract">The contract that declares the table.</param>
/// <param name="Object">Where it is.</param>
/// <param name="Rows">How many it holds.</param>
/// <param name="Time">When the table was so, to the millisecond.</param>
/// <param name="Sha256">Of its rows as Avro encodes them, one after another, in hexadecimal.</param>
public sealed record Backup(string Table, string Contract, StoredObject Object, long Rows, DateTimeOffset Time, string Sha256);
