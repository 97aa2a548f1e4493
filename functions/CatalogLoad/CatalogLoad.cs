using Landfall.Events;
using Landfall.Hosting;
using Landfall.Landings;

namespace Landfall.Functions;

/// <summary>An object came into being in the catalog's bucket: land it as its contract says.</summary>
public sealed class CatalogLoad(Lander lander) : ICloudEventFunction<StorageObjectData>
{
    public Task HandleAsync(CloudEvent cloudEvent, StorageObjectData data, CancellationToken cancellationToken) => lander.LandAsync(data, cancellationToken);
}
