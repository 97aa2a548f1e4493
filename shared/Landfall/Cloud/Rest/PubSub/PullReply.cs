namespace Landfall.Cloud;

/// <summary>What Pub/Sub answers a pull request with.</summary>
internal sealed record PullReply(PullReply.Received[]? ReceivedMessages)
{
    internal sealed record Received(string? AckId, Body? Message);

    internal sealed record Body(string? MessageId, string? Data, DateTimeOffset? PublishTime, Dictionary<string, string>? Attributes);
}
