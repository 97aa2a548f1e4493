using System.Text.Json.Nodes;

namespace Landfall.Tests.Faults;

/// <summary>Holds what a run has left against a <see cref="HarnessModel"/>.</summary>
internal sealed class HarnessCheck(HarnessWorld world, string home)
{
    /// <summary>What is wrong, at most some of each kind.</summary>
    public async Task<List<string>> FaultsAsync(IReadOnlyCollection<HarnessSource> sources)
    {
        var faults = new List<string>();
        var ledger = new Dictionary<string, LedgerRow>();
        var tables = new HarnessTables(world.Database);
        foreach (var own in sources.GroupBy(source => source.Contract))
        {
            foreach (var row in await tables.LedgerAsync(own.Key)) ledger[row.Identity] = row;
            faults.AddRange(await tables.FaultsAsync(own.Key, new HarnessModel(own.Key, [.. own])));
        }
        faults.AddRange((await ReceiptsAsync(sources, ledger)).Take(10));
        faults.AddRange((await QuarantineAsync(sources, ledger)).Take(10));
        faults.AddRange((await world.UnbalancedAsync()).Select(identity => $"{identity} does not add up"));
        if (await world.ScalarAsync("SELECT count(*) FROM local_pubsub.deliveries WHERE subscription LIKE '%/dead-letters'") is > 0 and var dead) faults.Add($"{dead} dead letters");
        return faults;
    }

    /// <summary>Each source has one receipt, written once, which says what the ledger says.</summary>
    private async Task<List<string>> ReceiptsAsync(IReadOnlyCollection<HarnessSource> sources, Dictionary<string, LedgerRow> ledger)
    {
        var versions = await world.ScalarAsync("SELECT count(*) FROM local_storage.objects WHERE bucket = 'receipts'");
        var faults = new List<string>();
        if (versions != sources.Count) faults.Add($"{versions} receipts were written for {sources.Count} sources");
        var folder = Path.Combine(home, "buckets", "receipts");
        await Until.TrueAsync(() => Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Count() >= sources.Count, "the receipts are in their folder", seconds: 60);
        var receipts = Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Select(file => JsonNode.Parse(File.ReadAllText(file))!).ToLookup(receipt => (string)receipt["source"]!);
        foreach (var source in sources)
        {
            if (receipts[source.Version.Identity].ToList() is not [var receipt])
            {
                faults.Add($"{source.Version.Identity} has {receipts[source.Version.Identity].Count()} receipts");
                continue;
            }
            var rows = receipt["rows"]!;
            var said = new LedgerRow(source.Version.Identity, (string)receipt["outcome"]!, (long)rows["read"]!, (long)rows["landed"]!, (long)rows["rejected"]!, (long)rows["collapsed"]!, (string?)receipt["rejects"]);
            if (said != ledger.GetValueOrDefault(source.Version.Identity)) faults.Add($"the receipt of {source.Version.Identity} is not what the ledger says: {said.Counts}");
        }
        return faults;
    }

    /// <summary>What the ledger names is there, with each row that was rejected, by line and rule.</summary>
    private async Task<List<string>> QuarantineAsync(IReadOnlyCollection<HarnessSource> sources, Dictionary<string, LedgerRow> ledger)
    {
        var faults = new List<string>();
        foreach (var source in sources)
        {
            if (ledger.GetValueOrDefault(source.Version.Identity) is not { Outcome: "landed", Rejects: { } uri }) continue;
            var file = Path.Combine([home, "buckets", .. uri["gs://".Length..].Split('/')]);
            await Until.TrueAsync(() => File.Exists(file), $"{uri} is there", seconds: 20);
            var rows = (await File.ReadAllLinesAsync(file)).Skip(1).Select(line => line.Split(',')).Select(cells => (long.Parse(cells[0]), cells[2])).Order();
            if (!rows.SequenceEqual(source.File.Rejects.Select(reject => (reject.Line, reject.Rule)).Order())) faults.Add($"{uri} has other rows than those that break the contract");
        }
        return faults;
    }
}
