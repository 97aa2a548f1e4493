namespace Landfall.Landings;

/// <summary>A receipt's counts. Read = landed + rejected + collapsed, when the source landed.</summary>
/// <param name="Read">Rows in the source.</param>
/// <param name="Landed">Rows that are in the tables.</param>
/// <param name="Rejected">Rows in quarantine.</param>
/// <param name="Collapsed">Rows that repeat another exactly, in tables with a key.</param>
public sealed record ReceiptRows(long Read, long Landed, long Rejected, long Collapsed);
