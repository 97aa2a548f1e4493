using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Landfall.Cloud;

/// <summary>
/// Pub/Sub over its REST API: publishing, and a look at what waits (what is delivered is pushed). Safe for concurrent use. A lost reply is asked for
/// again, so a message may be published twice: whoever takes it must bear that anyway.
/// </summary>
public sealed class PubSubClient
{
    private readonly GoogleApi _api;
    private readonly string _project;
    private readonly TimeProvider _clock;

    /// <param name="project">The project of the topics.</param>
    /// <param name="endpoint">Where it answers. Credentials (Google's application default) are sent over https only.</param>
    /// <param name="http">Shared by whoever likes.</param>
    /// <param name="clock">Time.</param>
    /// <param name="jitter">Spreads the retries of many instances.</param>
    public PubSubClient(string project, Uri endpoint, HttpClient http, TimeProvider clock, Random jitter)
    {
        (_project, _clock) = (project, clock);
        _api = new GoogleApi(
            "Pub/Sub", "https://www.googleapis.com/auth/pubsub", endpoint, http, clock, jitter,
            missing: "Create the topic or subscription, or check the contract's 'landfall.topic', LANDFALL_DEAD_LETTERS and GOOGLE_CLOUD_PROJECT.");
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
        using var batch = new PublishBatch();
        foreach (var message in messages)
        {
            if (batch.TryAdd(message)) continue;
            await SendAsync(topic, batch, ids, cancellationToken).ConfigureAwait(false);
            if (!batch.TryAdd(message)) throw PublishLimits.TooLong(message);
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
        var pull = JsonSerializer.SerializeToUtf8Bytes(new(most), PubSubJson.Default.PullRequest);
        using var waiting = new CancellationTokenSource(patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(waiting.Token, cancellationToken);
        try
        {
            using var response = await PostAsync(Subscription(subscription) + ":pull", pull, either.Token, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
            // https://cloud.google.com/pubsub/docs/reference/error-codes: so it answers when nothing came in the time it waits.
            if (response.StatusCode == HttpStatusCode.GatewayTimeout) return [];
            if (!response.IsSuccessStatusCode)
                throw await _api.RefusedAsync(response, $"pulling from {subscription}", "pubsub.subscriptions.consume (roles/pubsub.subscriber)", cancellationToken).ConfigureAwait(false);
            var received = (await ReadAsync(response, PubSubJson.Default.PullReply, either.Token).ConfigureAwait(false)).ReceivedMessages ?? [];
            return
            [
                .. received.Where(one => one is { AckId: not null, Message: not null }).Select(one => new TakenMessage(
                    new(one.Message!.MessageId ?? "", one.Message.PublishTime, one.Message.Attributes ?? []), one.Message.Data is { } data ? Convert.FromBase64String(data) : [], one.AckId!)),
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
        var body = JsonSerializer.SerializeToUtf8Bytes(new([.. messages.Select(one => one.AckId)], 0), PubSubJson.Default.ModifyAckDeadlineRequest);
        // What fails here is given back by itself, when the subscription's own deadline is over.
        using var back = await PostAsync(Subscription(subscription) + ":modifyAckDeadline", body, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What was taken is done with.</summary>
    /// <exception cref="RetryException">It may come again.</exception>
    public async Task AcknowledgeAsync(string subscription, IReadOnlyList<TakenMessage> messages, CancellationToken cancellationToken = default)
    {
        if (messages.Count == 0) return;
        var body = JsonSerializer.SerializeToUtf8Bytes(new([.. messages.Select(one => one.AckId)]), PubSubJson.Default.AcknowledgeRequest);
        using var response = await PostAsync(Subscription(subscription) + ":acknowledge", body, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw await _api.RefusedAsync(response, $"acknowledging messages of {subscription}", "pubsub.subscriptions.consume (roles/pubsub.subscriber)", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The id of the topic whose messages a subscription has; null when there is no such subscription.</summary>
    public async Task<string?> TopicOfAsync(string subscription, CancellationToken cancellationToken = default)
    {
        using var response = await _api.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, _api.Uri(Subscription(subscription))), repeatable: true, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        if (!response.IsSuccessStatusCode) throw await _api.RefusedAsync(response, $"looking at {subscription}", "pubsub.subscriptions.get (roles/pubsub.viewer)", cancellationToken).ConfigureAwait(false);
        return (await ReadAsync(response, PubSubJson.Default.SubscriptionReply, cancellationToken).ConfigureAwait(false)).Topic is { } topic ? topic[(topic.LastIndexOf('/') + 1)..] : null;
    }

    private string Subscription(string id) => $"/v1/projects/{Uri.EscapeDataString(_project)}/subscriptions/{Uri.EscapeDataString(id)}";

    private async Task SendAsync(string topic, PublishBatch batch, List<string> ids, CancellationToken cancellationToken)
    {
        if (batch.Count == 0) return;
        var (count, body) = (batch.Count, batch.Take());
        var path = $"/v1/projects/{Uri.EscapeDataString(_project)}/topics/{Uri.EscapeDataString(topic)}:publish";
        using var response = await PostAsync(path, body, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw await _api.RefusedAsync(response, $"publishing to {topic}", "pubsub.topics.publish (roles/pubsub.publisher)", cancellationToken).ConfigureAwait(false);
        var given = (await ReadAsync(response, PubSubJson.Default.PublishReply, cancellationToken).ConfigureAwait(false)).MessageIds ?? [];
        if (given.Length != count) throw new RetryException($"Pub/Sub answered publishing {count} messages to {topic} with {given.Length} ids");
        ids.AddRange(given);
    }

    private Task<HttpResponseMessage> PostAsync(
        string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead) => _api.SendAsync(
        () => new HttpRequestMessage(HttpMethod.Post, _api.Uri(path)) { Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } },
        repeatable: true, completion, cancellationToken);

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
                return await JsonSerializer.DeserializeAsync(stream, type, cancellationToken).ConfigureAwait(false) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new RetryException($"Pub/Sub answered with JSON that is none of its own{JsonFault.Place(e)}", "Check LANDFALL_PUBSUB_ENDPOINT.", e);
        }
    }
}
