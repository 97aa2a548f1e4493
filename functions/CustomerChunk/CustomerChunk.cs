using Landfall.Events;
using Landfall.Hosting;
using Landfall.Landings;

namespace Landfall.Functions;

/// <summary>A page of a run came, or the word that it is complete: the page goes into staging with one insert of at most 20 rows, and complete lands the run.</summary>
public sealed class CustomerChunk(RunLander runs) : ICloudEventFunction<PubSubMessage>
{
    public Task HandleAsync(CloudEvent cloudEvent, PubSubMessage data, CancellationToken cancellationToken) => runs.TakeAsync(data, cancellationToken);
}
