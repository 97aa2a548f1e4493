using Landfall.Events;

namespace Landfall.Hosting;

/// <summary>
/// A function that an event wakes: the Functions Framework's own shape. It has no try/catch, no status codes and no retry loop: those are
/// <see cref="FunctionHost"/>'s. Returning is success (204); <see cref="RetryException"/> and anything unforeseen is 503. A function that something else
/// wakes may take ticks, too, by implementing the interface twice.
/// </summary>
/// <typeparam name="TData"><see cref="StorageObjectData"/>, <see cref="PubSubMessage"/> or <see cref="TickData"/>.</typeparam>
public interface ICloudEventFunction<in TData> where TData : class
{
    Task HandleAsync(CloudEvent cloudEvent, TData data, CancellationToken cancellationToken);
}
