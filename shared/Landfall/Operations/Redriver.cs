using Landfall.Cloud;
using Landfall.Hosting;

namespace Landfall.Operations;

/// <summary>Messages that were given up, and their way back to the topic from which they came.</summary>
public sealed class Redriver(PubSubClient topics, Settings settings)
{
    private const string Prefix = "CloudPubSubDeadLetter";

    /// <summary>Messages taken at a time.</summary>
    private const int Most = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The subscriptions that hold them.</summary>
    public IReadOnlyList<string> Subscriptions => settings.DeadLetters.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Some of what waits, at most 100 of each subscription. It waits on.</summary>
    public async Task<IReadOnlyList<(string Subscription, PeekedMessage Message)>> LookAsync(CancellationToken cancellationToken)
    {
        var found = new List<(string, PeekedMessage)>();
        foreach (var subscription in Subscriptions) found.AddRange((await topics.PeekAsync(subscription, Most, Patience, cancellationToken).ConfigureAwait(false)).Select(message => (subscription, message)));
        return found;
    }

    /// <summary>Publishes all that waits on the topics from which it came, as it was. What gives up again waits again.</summary>
    /// <returns>How many went back, and those that say no topic that is there.</returns>
    public async Task<(int Sent, IReadOnlyList<PeekedMessage> Stranded)> RedriveAsync(CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, string?>(StringComparer.Ordinal);
        var stranded = new Dictionary<string, PeekedMessage>(StringComparer.Ordinal);
        var sent = 0;
        foreach (var subscription in Subscriptions)
        {
            // Those that can not go back are held until the end, so that others come. What was held too long comes again, and ends it.
            var stay = new List<TakenMessage>();
            while (await topics.TakeAsync(subscription, Most, Patience, cancellationToken).ConfigureAwait(false) is { Count: > 0 } taken && taken.Any(message => !stranded.ContainsKey(message.Message.MessageId)))
            {
                foreach (var message in taken)
                {
                    if (await TopicAsync(message.Message, known, cancellationToken).ConfigureAwait(false) is not { } topic)
                    {
                        stranded[message.Message.MessageId] = message.Message;
                        stay.Add(message);
                        continue;
                    }
                    var attributes = message.Message.Attributes.Where(pair => !pair.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary();
                    await topics.PublishAsync(topic, [new(message.Data, attributes)], cancellationToken).ConfigureAwait(false);
                    // After it was published: it may come twice, and be lost never.
                    await topics.AcknowledgeAsync(subscription, [message], cancellationToken).ConfigureAwait(false);
                    sent++;
                }
            }
            await topics.GiveBackAsync(subscription, stay, cancellationToken).ConfigureAwait(false);
        }
        return (sent, [.. stranded.Values]);
    }

    private async Task<string?> TopicAsync(PeekedMessage message, Dictionary<string, string?> known, CancellationToken cancellationToken)
    {
        if (message.Attributes.GetValueOrDefault($"{Prefix}SourceSubscription") is not { } source) return null;
        if (known.TryGetValue(source, out var topic)) return topic;
        return known[source] = await topics.TopicOfAsync(source, cancellationToken).ConfigureAwait(false);
    }
}
