namespace Landfall.Tests.Faults;

/// <summary>What a ledger says of a source.</summary>
internal sealed record LedgerRow(string Identity, string Outcome, long Read, long Landed, long Rejected, long Collapsed, string? Rejects)
{
    public string Counts => $"{Outcome}: read {Read}, landed {Landed}, rejected {Rejected}, collapsed {Collapsed}";
}
