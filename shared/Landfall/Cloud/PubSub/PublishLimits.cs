namespace Landfall.Cloud;

/// <summary>What one publish request may hold.</summary>
internal static class PublishLimits
{
    /// <summary>Google's limits for one request are 1,000 messages and 10 MB (https://cloud.google.com/pubsub/quotas); a tenth is left for what stands around the data.</summary>
    public const int MaxMessages = 1000, MaxBytes = 9_000_000;

    /// <summary>Of a message in JSON, at most: a character has six bytes there.</summary>
    public static long Size(Publication message) =>
        ((message.Data.Length + 2L) / 3 * 4) + 100 + message.Attributes.Sum(attribute => 6L * (attribute.Key.Length + attribute.Value.Length) + 10);

    /// <exception cref="ArgumentException">The message is empty.</exception>
    public static void Check(Publication message)
    {
        if (message.Data.IsEmpty && message.Attributes.Count == 0) throw new ArgumentException("A message has data or attributes.", nameof(message));
    }

    public static ArgumentException TooLong(Publication message) => new($"A message of {message.Data.Length} bytes is longer than a request of {MaxBytes} bytes.", nameof(message));
}
