using System.Globalization;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Sinks;

namespace Landfall.Operations;

/// <summary>
/// Takes back what a file has brought: the version of its name that had landed before lands again. Where there was none, an empty one does, if the contract lets a file be empty.
/// </summary>
public sealed class Undoer(CloudStorage storage, ContractSet contracts, IEnumerable<ISink> sinks, Replayer replayer, Settings settings)
{
    /// <param name="Contract">Whose.</param>
    /// <param name="Undone">The version whose rows go.</param>
    /// <param name="Instead">The version whose rows come back; null for none.</param>
    /// <param name="Live">The generation that is live at the name, 0 for none.</param>
    public sealed record Plan(Contract Contract, StoredObject Undone, StoredObject? Instead, long Live);

    /// <summary>Looks at what would be done.</summary>
    /// <param name="bucket">Without the deployment's prefix.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="generation">Which version; null for the one that landed last.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="RejectException">It can not be undone; the hint is what to do instead.</exception>
    public async Task<Plan> PlanAsync(string bucket, string name, long? generation, CancellationToken cancellationToken)
    {
        var claim = contracts.Claim(bucket, name) ?? throw new RejectException($"no contract claims {bucket}/{name}", "say it as a receipt does: bucket/name, without gs://");
        var contract = claim.Contract;
        if (contract.Write == WriteMode.Upsert)
            throw new RejectException($"rows of {contract.Id} are upserted: what a file has written over is in no file's place", "push a file with the right rows; or restore a backup of the table");
        var sink = sinks.FirstOrDefault(sink => sink.Kind == contract.Sink) ?? throw new RetryException($"the warehouse of {contract.Id} is not among the settings");
        var live = await storage.GetAsync(settings.Bucket(bucket), name, cancellationToken: cancellationToken).ConfigureAwait(false);
        var asked = new Source(contract, live ?? new(settings.Bucket(bucket), name, generation ?? 0, DateTimeOffset.UnixEpoch, 0), claim.Date);
        var landed = (await sink.ReadLedgerAsync(asked, cancellationToken).ConfigureAwait(false))
            .Where(entry => entry.Outcome == Outcome.Landed && entry.Source.Version.Bucket == asked.Version.Bucket && entry.Source.Version.Name == name).OrderBy(entry => entry.Source.Order).ToList();
        if (landed.Count == 0) throw new RejectException($"nothing of {bucket}/{name} has landed", "landfall status says what has");
        var undone = generation is { } wanted ? landed.FirstOrDefault(entry => entry.Source.Version.Generation == wanted) : landed[^1];
        if (undone is null) throw new RejectException(string.Create(CultureInfo.InvariantCulture, $"generation {generation} of {bucket}/{name} has not landed"), $"these have: {string.Join(", ", landed.Select(entry => entry.Source.Version.Generation))}");
        if (undone != landed[^1]) throw new RejectException($"{undone.Source.Version.Identity} has been replaced by {landed[^1].Source.Version.Identity} already", "undo that one, or nothing");
        var versions = new List<StoredObject?>();
        foreach (var entry in landed) versions.Add(await storage.GetAsync(entry.Source.Version.Bucket, name, entry.Source.Version.Generation, cancellationToken).ConfigureAwait(false));
        // The same bytes as an older one: what a replay has made, or an undoing. What is to be taken back is those bytes, and so what was there before they first came.
        var first = versions[^1]?.Md5Hash is { } hash ? versions.FindIndex(version => version?.Md5Hash == hash) : versions.Count - 1;
        if (first < versions.Count - 1 && generation is null)
        {
            throw new RejectException(
                $"{undone.Source.Version.Identity} has the bytes of {landed[first].Source.Version.Identity} again: it is what a replay or an undoing has brought back", $"when that is what must go, name it: landfall undo '{undone.Source.Version.Identity}'");
        }
        for (var before = first - 1; before >= 0; before--)
        {
            if (versions[before] is { } instead) return new(contract, undone.Source.Version, instead, live?.Generation ?? 0);
        }
        if (first > 0) throw new RejectException($"the versions of {bucket}/{name} that had landed before are in the bucket no more", "push a file with the right rows");
        if (contract.External is { } external)
            throw new RejectException($"no version of {bucket}/{name} had landed before", $"delete the object: {external} shows then no more of it");
        if (contract.Write != WriteMode.Append && !contract.AllowEmpty)
            throw new RejectException($"no version of {bucket}/{name} had landed before, and a file of {contract.Id} may not be empty", "set allowEmpty in the contract, or push a file with the right rows");
        if (contract.Format.Type is FormatType.Xlsx or FormatType.Avro) throw new RejectException($"no version of {bucket}/{name} had landed before", "push a file of this form without rows");
        return new(contract, undone.Source.Version, null, live?.Generation ?? 0);
    }

    /// <summary>Does it.</summary>
    /// <returns>The new version; its receipt says how it ended.</returns>
    /// <exception cref="RetryException">Somebody else has written to the name meanwhile.</exception>
    public async Task<StoredObject> UndoAsync(Plan plan, CancellationToken cancellationToken)
    {
        if (plan.Instead is { } instead) return await replayer.AgainAsync(instead, plan.Live, cancellationToken).ConfigureAwait(false);
        var (bucket, name) = (plan.Undone.Bucket, plan.Undone.Name);
        return await storage.WriteAsync(bucket, name, Empty(plan.Contract), "text/plain", ifGenerationMatch: plan.Live, cancellationToken).ConfigureAwait(false)
            ?? throw new RetryException($"gs://{bucket}/{name} has just been written to", "look at what is there now, and say it again");
    }

    /// <summary>A file without rows: of CSV its header.</summary>
    private static byte[] Empty(Contract contract)
    {
        if (contract.Format is not { Type: FormatType.Csv, Header: true }) return [];
        var names = contract.Feeds.SelectMany(feed => feed.Columns).Select(column => column.Source).Where(source => source != "{date}").Distinct(StringComparer.Ordinal)
            .Select(source => $"\"{source.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        return TextEncodings.Find(contract.Format.Encoding).GetBytes(string.Join(contract.Format.Delimiter, names) + "\n");
    }
}
