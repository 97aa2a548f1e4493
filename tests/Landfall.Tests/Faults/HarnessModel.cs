using Landfall.Contracts;

namespace Landfall.Tests.Faults;

/// <summary>
/// What must be, computed from the list of sources alone: of each target the newest good source, of an upserted key its newest row. The ledger is asked in one point: a source that came late may
/// have landed before it was overtaken, or not; so each outcome that is not the file's own must have a reason.
/// </summary>
internal sealed class HarnessModel(HarnessContract contract, IReadOnlyCollection<HarnessSource> sources)
{
    /// <summary>The rows of the table as <c>n|text|day</c>, and the landing of each where that is certain.</summary>
    public IEnumerable<string> Rows()
    {
        var good = sources.Where(source => !source.File.IsRefused);
        return contract.Write switch
        {
            WriteMode.Upsert => good.OrderBy(source => source.Order).SelectMany(source => source.File.Rows.Select(row => (Source: source, Row: row))).GroupBy(pair => pair.Row.Key)
                .Select(key => Row(key.Last().Source, key.Last().Row)),
            _ => good.GroupBy(Target).SelectMany(target => Whole(target.MaxBy(source => source.Order)!)),
        };
    }

    /// <summary>What is wrong with a ledger.</summary>
    public IEnumerable<string> Faults(ILookup<string, LedgerRow> ledger)
    {
        foreach (var source in sources)
        {
            var rows = ledger[source.Version.Identity].ToList();
            if (rows is not [var row]) yield return $"{source.Version.Identity} has {rows.Count} entries";
            else if (Fault(source, row) is { } fault) yield return $"{source.Version.Identity} {row.Counts}; {fault}";
        }
        var known = sources.Select(source => source.Version.Identity).ToHashSet();
        foreach (var stranger in ledger.Where(row => !known.Contains(row.Key))) yield return $"{stranger.Key} was never dropped";
    }

    private string? Fault(HarnessSource source, LedgerRow row)
    {
        if (row.Read != row.Landed + row.Rejected + row.Collapsed) return "does not add up";
        var file = source.File;
        switch (row.Outcome)
        {
            case "landed" when !file.IsRefused:
                var expected = row with { Read = file.Read, Landed = file.Read - file.Rejects.Count - file.Collapsed, Rejected = file.Rejects.Count, Collapsed = file.Collapsed };
                if (row != expected) return $"expected {expected.Counts}";
                return (row.Rejects is null) == (file.Rejects.Count == 0) ? null : "quarantine is named, or not";
            case "refused" when file.IsRefused:
                return row.Rejected == file.Read ? null : $"expected {file.Read} rejects";
            case "superseded" when contract.Write != WriteMode.Upsert && sources.Any(other => !other.File.IsRefused && Target(other).Equals(Target(source)) && other.Order > source.Order):
                return null;
            default:
                return $"expected {(file.IsRefused ? "refused" : "landed")}";
        }
    }

    private object Target(HarnessSource source) => contract.Write switch
    {
        WriteMode.Append => source.Version.Name,
        WriteMode.ReplacePartition => source.Date,
        _ => contract,
    };

    private IEnumerable<string> Whole(HarnessSource source) => source.File.Rows.Select(row => Row(source, row));

    /// <summary>Under <c>replace</c> a row that comes again as it is stays as it was.</summary>
    private string Row(HarnessSource source, (long Key, string Text) row) => $"{row.Key}|{row.Text}|{source.Date:yyyy-MM-dd}{(contract.Write == WriteMode.Replace ? "" : $"|{source.Version.LandingId}")}";
}
