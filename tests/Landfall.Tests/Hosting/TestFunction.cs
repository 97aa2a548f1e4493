using Landfall.Events;
using Landfall.Hosting;

namespace Landfall.Tests.Hosting;

/// <summary>A function that does what its test says.</summary>
public sealed class TestFunction<TData>(Func<CloudEvent, TData, CancellationToken, Task> handle) : ICloudEventFunction<TData> where TData : class
{
    public Task HandleAsync(CloudEvent cloudEvent, TData data, CancellationToken cancellationToken) => handle(cloudEvent, data, cancellationToken);
}
