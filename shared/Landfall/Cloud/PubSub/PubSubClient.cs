using System.Net.Http.Headers;
using System.Text.Json;

namespace Landfall.Cloud;

/// <summary>
/// Pub/Sub over its REST API: publishing, which is all that Landfall asks of it (what is delivered is pushed). Safe for concurrent use. A lost reply is asked for
/// again, so a message may be published twice: whoever takes it must bear that anyway.
/// </summary>
public sealed class PubSubClient
{
    private readonly GoogleApi _api;
    private readonly string _project;

    /// <param name="project">The project of the topics.</param>
    /// <param name="endpoint">Where it answers. Credentials (Google's application default) are sent over https only.</param>
    /// <param name="http">Shared by whoever likes.</param>
    /// <param name="clock">Time.</param>
    /// <param name="jitter">Spreads the retries of many instances.</param>
    public PubSubClient(string project, Uri endpoint, HttpClient http, TimeProvider clock, Random jitter)
    {
        _project = project;
        _api = new GoogleApi(
            "Pub/Sub", "https://www.googleapis.com/auth/pubsub", endpoint, http, clock, jitter,
            missing: "Create the topic, or check the contract's 'landfall.topic' and GOOGLE_CLOUD_PROJECT.");
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
            if (!batch.TryAdd(message)) throw new ArgumentException($"A message of {message.Data.Length} bytes is longer than a request of {PublishBatch.MaxBytes} bytes.", nameof(messages));
        }
        await SendAsync(topic, batch, ids, cancellationToken).ConfigureAwait(false);
        return ids;
    }

    private async Task SendAsync(string topic, PublishBatch batch, List<string> ids, CancellationToken cancellationToken)
    {
        if (batch.Count == 0) return;
        var (count, body) = (batch.Count, batch.Take());
        var path = $"/v1/projects/{Uri.EscapeDataString(_project)}/topics/{Uri.EscapeDataString(topic)}:publish";
        using var response = await _api.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, _api.Uri(path))
            {
                Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            },
            repeatable: true, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw await _api.RefusedAsync(response, $"publishing to {topic}", "pubsub.topics.publish (roles/pubsub.publisher)", cancellationToken).ConfigureAwait(false);
        var given = await IdsAsync(response, cancellationToken).ConfigureAwait(false);
        if (given.Length != count) throw new RetryException($"Pub/Sub answered publishing {count} messages to {topic} with {given.Length} ids");
        ids.AddRange(given);
    }

    private static async Task<string[]> IdsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
                return (await JsonSerializer.DeserializeAsync(stream, PubSubJson.Default.PublishReply, cancellationToken).ConfigureAwait(false))?.MessageIds ?? [];
        }
        catch (JsonException e)
        {
            throw new RetryException($"Pub/Sub answered with JSON that is none of its own: {e.Message}", "Check LANDFALL_PUBSUB_ENDPOINT.", e);
        }
    }
}
