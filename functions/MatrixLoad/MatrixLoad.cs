using Landfall.Events;
using Landfall.Hosting;
using Landfall.Landings;

namespace Landfall.Functions;

/// <summary>A workbook came into being in the matrix bucket: its tables follow it. The daily tick makes good an event that never came.</summary>
public sealed class MatrixLoad(Lander lander) : ICloudEventFunction<StorageObjectData>, ICloudEventFunction<TickData>
{
    public Task HandleAsync(CloudEvent cloudEvent, StorageObjectData data, CancellationToken cancellationToken) => lander.LandAsync(data, cancellationToken);

    public Task HandleAsync(CloudEvent cloudEvent, TickData data, CancellationToken cancellationToken) => lander.LandNewestAsync("matrix", cancellationToken);
}
