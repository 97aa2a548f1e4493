namespace Landfall.Events;

/// <summary>One delivery of an event: what it says of itself, and its data.</summary>
/// <param name="Event">The attributes.</param>
/// <param name="Data">
/// <see cref="StorageObjectData"/>, <see cref="PubSubMessage"/> or <see cref="TickData"/>, as <see cref="CloudEvent.Type"/> says;
/// null for a type Landfall does not know.
/// </param>
public sealed record Delivery(CloudEvent Event, object? Data);
