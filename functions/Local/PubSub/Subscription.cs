using System.Globalization;
using System.Text.Json.Nodes;

namespace Landfall.Local.PubSub;

/// <summary>Who gets a topic's messages, how fast they are tried again, and when they are given up.</summary>
/// <param name="Name"><c>projects/P/subscriptions/S</c>.</param>
/// <param name="Topic"><c>projects/P/topics/T</c>.</param>
public sealed record Subscription(string Name, string Topic)
{
    /// <summary>Where messages are pushed; null when they are pulled.</summary>
    public string? PushEndpoint { get; init; }

    /// <summary>How long a delivery may take: the timeout of a push's HTTP request. 10 to 600 s.</summary>
    public TimeSpan AckDeadline { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>
    /// The wait after the first failed delivery; doubled with each. Google's least is 10 s by default: a laptop's user does not wait that long.
    /// </summary>
    public TimeSpan MinimumBackoff { get; init; } = TimeSpan.FromSeconds(0.2);

    public TimeSpan MaximumBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where a message goes that failed <see cref="MaxDeliveryAttempts"/> times; null tries it for ever.</summary>
    public string? DeadLetterTopic { get; init; }

    /// <summary>5 to 100.</summary>
    public int MaxDeliveryAttempts { get; init; } = 100;

    /// <summary>How long to wait after a delivery that failed.</summary>
    /// <param name="attempt">Its number, 1 for the first.</param>
    public TimeSpan Backoff(int attempt) =>
        TimeSpan.FromSeconds(Math.Min(MinimumBackoff.TotalSeconds * Math.Pow(2, Math.Min(attempt - 1, 30)), MaximumBackoff.TotalSeconds));

    /// <summary>Reads the body of <c>PUT …/subscriptions/S</c>; what is left out has Google's default, but for the back-off.</summary>
    /// <exception cref="PubSubException">A value is not one Pub/Sub takes.</exception>
    public static Subscription FromJson(string name, JsonObject body)
    {
        var subscription = new Subscription(name, (string?)body["topic"] ?? throw PubSubException.Invalid("The subscription names no topic."));
        var dead = body["deadLetterPolicy"];
        return subscription with
        {
            PushEndpoint = (string?)body["pushConfig"]?["pushEndpoint"] is { Length: > 0 } endpoint ? endpoint : null,
            AckDeadline = TimeSpan.FromSeconds(Within("ackDeadlineSeconds", (int?)body["ackDeadlineSeconds"] ?? 10, 10, 600)),
            MinimumBackoff = Duration((string?)body["retryPolicy"]?["minimumBackoff"]) ?? subscription.MinimumBackoff,
            MaximumBackoff = Duration((string?)body["retryPolicy"]?["maximumBackoff"]) ?? subscription.MaximumBackoff,
            DeadLetterTopic = (string?)dead?["deadLetterTopic"],
            MaxDeliveryAttempts = Within("maxDeliveryAttempts", (int?)dead?["maxDeliveryAttempts"] ?? 5, 5, 100),
        };
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["name"] = Name,
            ["topic"] = Topic,
            ["pushConfig"] = PushEndpoint is null ? new JsonObject() : new JsonObject { ["pushEndpoint"] = PushEndpoint },
            ["ackDeadlineSeconds"] = (int)AckDeadline.TotalSeconds,
            ["retryPolicy"] = new JsonObject { ["minimumBackoff"] = Duration(MinimumBackoff), ["maximumBackoff"] = Duration(MaximumBackoff) },
            ["state"] = "ACTIVE",
        };
        if (DeadLetterTopic is not null)
        {
            json["deadLetterPolicy"] = new JsonObject { ["deadLetterTopic"] = DeadLetterTopic, ["maxDeliveryAttempts"] = MaxDeliveryAttempts };
        }

        return json;
    }

    private static int Within(string name, int value, int least, int most) =>
        value >= least && value <= most ? value : throw PubSubException.Invalid($"{name} is {value}; it must be from {least} to {most}.");

    private static string Duration(TimeSpan span) => span.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s";

    private static TimeSpan? Duration(string? text) =>
        text is null ? null
        : text is [.. var number, 's'] && double.TryParse(number, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= 600
            ? TimeSpan.FromSeconds(seconds)
        : throw PubSubException.Invalid($"'{text}' is no duration from 0s to 600s, such as \"10s\".");
}
