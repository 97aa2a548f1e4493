using System.Runtime.CompilerServices;
using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Sinks;

namespace Landfall.Landings.Files;

/// <summary>An attempt that keeps digests of the rows where a rule compares them, and nothing else.</summary>
internal sealed class CheckStaging(Source source, Func<Stream> open) : IStaging
{
    private readonly Dictionary<Feed, RowDigests> _digests = [];
    private RowRules? _rules;

    public long Collapsed { get; private set; }

    public Task<IRowWriter> OpenAsync(Feed feed, CancellationToken cancellationToken)
    {
        var digests = new RowDigests(feed, source.Contract);
        _digests.Add(feed, digests);
        return Task.FromResult(digests.Writer);
    }

    public Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<Decision> DecideAsync(CancellationToken cancellationToken) => Task.FromResult(Decision.Decide(source, []));

    public async IAsyncEnumerable<(Feed Feed, Reject Reject)> CheckAsync(Decision decision, bool parentsMayCome, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rules = _rules = new RowRules(source.Contract, [.. _digests.Values]);
        rules.Run();
        Collapsed = rules.Collapsed;
        foreach (var (feed, digests) in _digests)
        {
            var broken = rules.Broken(digests);
            if (broken.Count == 0) continue;
            await using var reader = await RowReaders.OpenAsync(open(), source.Contract.Format, feed, source.Contract.UnknownColumns, cancellationToken).ConfigureAwait(false);
            var header = await reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
            var binder = RowBinder.Create(feed, header, source.Contract.UnknownColumns, source.Date);
            var texts = new RowTexts(feed.Columns);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!broken.TryGetValue(reader.Position, out var rule) || binder.Bind(reader, texts) is not null) continue;
                var value = string.Join(", ", rule.Places.Select(place => texts.At(place, cast: rule.Rule == "relationships")).Where(text => text is not null));
                yield return (feed, new(reader.Position, rule.Columns, rule.Rule, value, rule.Reason));
            }
        }
    }

    public Task<LedgerEntry?> CommitAsync(Decision decision, LedgerEntry entry, CancellationToken cancellationToken) =>
        Task.FromResult<LedgerEntry?>(entry with { Findings = CheckQuality.Run(source.Contract, _rules!) });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
