namespace Landfall.Events;

/// <summary>A Pub/Sub message as a push delivers it.</summary>
/// <param name="MessageId">The server's id of the message.</param>
/// <param name="Data">The payload, decoded from base 64; empty when there is none.</param>
/// <param name="Attributes">Never null.</param>
/// <param name="PublishTime">Null when the sender (the emulator) does not say.</param>
/// <param name="Subscription"><c>projects/P/subscriptions/S</c>.</param>
public sealed record PubSubMessage(string MessageId, ReadOnlyMemory<byte> Data, IReadOnlyDictionary<string, string> Attributes, DateTimeOffset? PublishTime, string Subscription);
