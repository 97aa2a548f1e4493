using System.Globalization;
using System.Text.Json.Nodes;

namespace Landfall.Local.PubSub;

/// <summary>One attempt to bring one message to one subscription.</summary>
/// <param name="Id">The queue's row.</param>
/// <param name="Subscription">Whose queue.</param>
/// <param name="MessageId">The message's, the same in all subscriptions and attempts.</param>
/// <param name="Message">What was published.</param>
/// <param name="Published">When.</param>
/// <param name="Attempt">1 for the first.</param>
public sealed record Delivery(long Id, Subscription Subscription, long MessageId, OutgoingMessage Message, DateTimeOffset Published, int Attempt)
{
    /// <summary>The body of a push. Real Pub/Sub spells two members both ways, and receivers rely on either.</summary>
    public JsonObject ToPush()
    {
        var message = ToMessage();
        message["message_id"] = (string?)message["messageId"];
        message["publish_time"] = (string?)message["publishTime"];
        return Envelope(message, "subscription", Subscription.Name);
    }

    /// <summary>An entry of <c>receivedMessages</c> in the answer to <c>:pull</c>.</summary>
    public JsonObject ToPull() => Envelope(ToMessage(), "ackId", $"{Id}-{Attempt}");

    private JsonObject ToMessage()
    {
        var message = new JsonObject();
        if (Message.Attributes.Count > 0)
        {
            message["attributes"] = new JsonObject(Message.Attributes.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        }

        if (Message.Data.Length > 0) message["data"] = Convert.ToBase64String(Message.Data);

        message["messageId"] = MessageId.ToString(CultureInfo.InvariantCulture);
        message["publishTime"] = Published.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        if (Message.OrderingKey is { Length: > 0 } key) message["orderingKey"] = key;

        return message;
    }

    private JsonObject Envelope(JsonObject message, string name, string value)
    {
        var envelope = new JsonObject { [name] = value, ["message"] = message };
        if (Subscription.DeadLetterTopic is not null) envelope["deliveryAttempt"] = Attempt;

        return envelope;
    }
}
