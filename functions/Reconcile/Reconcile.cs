using Landfall.Events;
using Landfall.Hosting;
using Landfall.Reconciling;
using Microsoft.Extensions.DependencyInjection;

namespace Landfall.Functions;

/// <summary>A tick: what no event announced lands, what a person should know is said once, and what is kept no longer goes.</summary>
public sealed class Reconcile(Reconciler reconciler) : ICloudEventFunction<TickData>
{
    public Task HandleAsync(CloudEvent cloudEvent, TickData data, CancellationToken cancellationToken) => reconciler.RunAsync(cancellationToken);

    /// <summary>What only this function needs.</summary>
    public static void Services(IServiceCollection services) => services.AddSingleton<Reconciler>();
}
