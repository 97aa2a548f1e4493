using System.Globalization;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;

namespace Landfall.Reconciling;

/// <summary>Messages that were given up wait in subscriptions for a person: this looks at some of them, and takes none.</summary>
internal sealed class DeadLetters(PubSubClient topics, ContractSet contracts, Settings settings)
{
    /// <summary>Messages looked at, of each subscription: a page of rows has up to 6 MB.</summary>
    private const int Most = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>An alert for each contract whose messages wait in a subscription, and one for those of nobody.</summary>
    public async Task<IReadOnlyList<Alert>> FindAsync(CancellationToken cancellationToken)
    {
        var waiting = new List<(string Subscription, PeekedMessage Message)>();
        foreach (var subscription in settings.DeadLetters.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            waiting.AddRange((await topics.PeekAsync(subscription, Most, Patience, cancellationToken).ConfigureAwait(false)).Select(message => (subscription, message)));
        return [.. waiting.GroupBy(one => ContractOf(one.Message)?.Id.Name ?? Alert.Nobody, StringComparer.Ordinal).Select(of => AlertOf(of.Key, [.. of]))];
    }

    private Alert AlertOf(string contract, IReadOnlyList<(string Subscription, PeekedMessage Message)> waiting)
    {
        var (subscription, oldest) = waiting.MinBy(one => one.Message.Published ?? DateTimeOffset.MaxValue);
        var count = waiting.Count.ToString(CultureInfo.InvariantCulture);
        var from = oldest.Attributes.GetValueOrDefault("CloudPubSubDeadLetterSourceSubscription");
        var detail = $"at least {count} messages were given up and wait in {subscription}, the oldest {(oldest.Published is { } since ? $"since {since:u}" : "for a time")}{(from is null ? "" : $", from {from}")}";
        const string Command = "landfall deadletters";
        return ContractOf(oldest) is { } known ? Alert.Of(known, AlertKind.DeadLetters, detail, Command) : new(contract, AlertKind.DeadLetters, "platform", null, detail, Command);
    }

    /// <summary>Whose a message is, by the attributes of a storage notification, or of a run's message; null when they do not say.</summary>
    private Contract? ContractOf(PeekedMessage message)
    {
        if (message.Attributes.GetValueOrDefault("landfall-contract") is { } run) return contracts.Paged(run);
        if (message.Attributes.GetValueOrDefault("bucketId") is not { } bucket || message.Attributes.GetValueOrDefault("objectId") is not { } name) return null;
        return bucket.StartsWith(settings.BucketPrefix, StringComparison.Ordinal) ? contracts.Claim(bucket[settings.BucketPrefix.Length..], name)?.Contract : null;
    }
}
