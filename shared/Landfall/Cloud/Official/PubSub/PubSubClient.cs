using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Landfall.Cloud;

/// <summary>
/// Pub/Sub by Google's own clients: publishing, and a look at what waits (what is delivered is pushed). Safe for concurrent use. A lost reply is asked for
/// again, so a message may be published twice: whoever takes it must bear that anyway.
/// </summary>
public sealed class PubSubClient
{
    private const string ToConsume = "pubsub.subscriptions.consume (roles/pubsub.subscriber)";

    private readonly string _project;
    private readonly TimeProvider _clock;
    private readonly PubSubCalls _calls;
    private readonly Lazy<PublisherServiceApiClient> _publisher;
    private readonly Lazy<SubscriberServiceApiClient> _subscriber;

    /// <param name="project">The project of the topics.</param>
    /// <param name="endpoint">Where it answers: over https by gRPC, with Google's application default credentials; over http by REST, without any.</param>
    /// <param name="http">Not used: Google's clients keep channels of their own.</param>
    /// <param name="clock">Time.</param>
    /// <param name="jitter">Spreads the retries of many instances.</param>
    public PubSubClient(string project, Uri endpoint, HttpClient http, TimeProvider clock, Random jitter)
    {
        (_project, _clock) = (project, clock);
        _calls = new PubSubCalls(new GoogleApi(
            "Pub/Sub", "https://www.googleapis.com/auth/pubsub", endpoint, http, clock, jitter,
            missing: "Create the topic or subscription, or check the contract's 'landfall.topic', LANDFALL_DEAD_LETTERS and GOOGLE_CLOUD_PROJECT."));
        var isGoogle = endpoint.Scheme == Uri.UriSchemeHttps;
        // Made when they are first used: whoever publishes nothing needs no credentials. A failure is not remembered.
        _publisher = new(() => (isGoogle
            ? new PublisherServiceApiClientBuilder { Endpoint = endpoint.Authority }
            : new() { CallInvoker = RestInvoker.Of(PublisherServiceApiClient.ServiceMetadata, endpoint) }).Build(), LazyThreadSafetyMode.PublicationOnly);
        _subscriber = new(() => (isGoogle
            ? new SubscriberServiceApiClientBuilder { Endpoint = endpoint.Authority }
            : new() { CallInvoker = RestInvoker.Of(SubscriberServiceApiClient.ServiceMetadata, endpoint) }).Build(), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>Publishes in as few requests as Google allows, one after another; when one fails, those before it are published.</summary>
    /// <param name="topic">The topic's id, without the project.</param>
    /// <param name="messages">What to publish.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The ids that Pub/Sub gave them, in their order.</returns>
    /// <exception cref="RetryException">Not all are published, as far as anybody knows.</exception>
    /// <exception cref="ArgumentException">A message is longer than a request may be, or empty.</exception>
    public async Task<IReadOnlyList<string>> PublishAsync(string topic, IReadOnlyList<Publication> messages, CancellationToken cancellationToken = default)
    {
        var ids = new List<string>(messages.Count);
        var batch = new List<PubsubMessage>();
        var bytes = 0L;
        foreach (var message in messages)
        {
            PublishLimits.Check(message);
            var size = PublishLimits.Size(message);
            if (batch.Count == PublishLimits.MaxMessages || bytes + size > PublishLimits.MaxBytes)
            {
                await SendAsync(topic, batch, ids, cancellationToken).ConfigureAwait(false);
                bytes = 0;
                if (size > PublishLimits.MaxBytes) throw PublishLimits.TooLong(message);
            }
            var sent = new PubsubMessage { Data = UnsafeByteOperations.UnsafeWrap(message.Data) };
            foreach (var (name, value) in message.Attributes) sent.Attributes[name] = value;
            batch.Add(sent);
            bytes += size;
        }
        await SendAsync(topic, batch, ids, cancellationToken).ConfigureAwait(false);
        return ids;
    }

    /// <summary>Looks at messages of a subscription that is pulled from, and gives them back at once, so that whoever they are for finds them. Not all need show.</summary>
    /// <inheritdoc cref="TakeAsync"/>
    public async Task<IReadOnlyList<PeekedMessage>> PeekAsync(string subscription, int most, TimeSpan patience, CancellationToken cancellationToken = default)
    {
        var taken = await TakeAsync(subscription, most, patience, cancellationToken).ConfigureAwait(false);
        await GiveBackAsync(subscription, taken, cancellationToken).ConfigureAwait(false);
        return [.. taken.Select(one => one.Message)];
    }

    /// <summary>Takes messages of a subscription that is pulled from, until they are acknowledged, given back, or the subscription's deadline is over.</summary>
    /// <param name="subscription">Its id, without the project.</param>
    /// <param name="most">Messages at most, 1 to 1,000.</param>
    /// <param name="patience">How long to wait for the first: Pub/Sub answers an empty queue late, or not at all.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="RetryException">There is no such subscription, or it can not be asked.</exception>
    public async Task<IReadOnlyList<TakenMessage>> TakeAsync(string subscription, int most, TimeSpan patience, CancellationToken cancellationToken = default)
    {
        using var waiting = new CancellationTokenSource(patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(waiting.Token, cancellationToken);
        var pull = new Google.Cloud.PubSub.V1.PullRequest { SubscriptionAsSubscriptionName = Name(subscription), MaxMessages = most };
        try
        {
            // So it answers when nothing came in the time it waits: https://cloud.google.com/pubsub/docs/reference/error-codes
            var reply = await _calls.RunAsync(
                () => _subscriber.Value.PullAsync(pull, PubSubCalls.Once(either.Token)), $"pulling from {subscription}", ToConsume, StatusCode.DeadlineExceeded, either.Token).ConfigureAwait(false);
            return
            [
                .. (reply?.ReceivedMessages ?? []).Where(one => one is { AckId.Length: > 0, Message: not null }).Select(one => new TakenMessage(
                    new(one.Message.MessageId, one.Message.PublishTime?.ToDateTimeOffset(), one.Message.Attributes.ToDictionary()), one.Message.Data.ToByteArray(), one.AckId)),
            ];
        }
        catch (OperationCanceledException) when (waiting.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return [];
        }
    }

    /// <summary>What was taken is there again for whoever comes.</summary>
    public async Task GiveBackAsync(string subscription, IReadOnlyList<TakenMessage> messages, CancellationToken cancellationToken = default)
    {
        if (messages.Count == 0) return;
        try
        {
            await RunAsync(
                () => _subscriber.Value.ModifyAckDeadlineAsync(Name(subscription), messages.Select(one => one.AckId), ackDeadlineSeconds: 0, PubSubCalls.Once(cancellationToken)),
                $"giving back messages of {subscription}", cancellationToken).ConfigureAwait(false);
        }
        catch (RetryException)
        {
            // They are given back by themselves, when the subscription's own deadline is over.
        }
    }

    /// <summary>What was taken is done with.</summary>
    /// <exception cref="RetryException">It may come again.</exception>
    public async Task AcknowledgeAsync(string subscription, IReadOnlyList<TakenMessage> messages, CancellationToken cancellationToken = default)
    {
        if (messages.Count == 0) return;
        await RunAsync(
            () => _subscriber.Value.AcknowledgeAsync(Name(subscription), messages.Select(one => one.AckId), PubSubCalls.Once(cancellationToken)),
            $"acknowledging messages of {subscription}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The id of the topic whose messages a subscription has; null when there is no such subscription.</summary>
    public async Task<string?> TopicOfAsync(string subscription, CancellationToken cancellationToken = default)
    {
        var found = await _calls.RunAsync(
            () => _subscriber.Value.GetSubscriptionAsync(Name(subscription), PubSubCalls.Once(cancellationToken)),
            $"looking at {subscription}", "pubsub.subscriptions.get (roles/pubsub.viewer)", StatusCode.NotFound, cancellationToken).ConfigureAwait(false);
        return found is { Topic: { Length: > 0 } topic } ? topic[(topic.LastIndexOf('/') + 1)..] : null;
    }

    private SubscriptionName Name(string subscription) => new(_project, subscription);

    private async Task SendAsync(string topic, List<PubsubMessage> batch, List<string> ids, CancellationToken cancellationToken)
    {
        if (batch.Count == 0) return;
        var reply = await _calls.RunAsync(
            () => _publisher.Value.PublishAsync(new TopicName(_project, topic), batch, PubSubCalls.Once(cancellationToken)),
            $"publishing to {topic}", "pubsub.topics.publish (roles/pubsub.publisher)", ordinary: null, cancellationToken).ConfigureAwait(false);
        if (reply!.MessageIds.Count != batch.Count) throw new RetryException($"Pub/Sub answered publishing {batch.Count} messages to {topic} with {reply.MessageIds.Count} ids");
        ids.AddRange(reply.MessageIds);
        batch.Clear();
    }

    private Task<bool> RunAsync(Func<Task> call, string doing, CancellationToken cancellationToken) => _calls.RunAsync(
        async () =>
        {
            await call().ConfigureAwait(false);
            return true;
        },
        doing, ToConsume, ordinary: null, cancellationToken);
}
