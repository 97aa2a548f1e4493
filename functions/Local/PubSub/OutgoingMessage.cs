namespace Landfall.Local.PubSub;

/// <summary>A message on its way into a topic: data, attributes or both.</summary>
public sealed record OutgoingMessage(byte[] Data, IReadOnlyDictionary<string, string> Attributes, string? OrderingKey = null);
