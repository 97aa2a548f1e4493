using Landfall.Contracts;
using Landfall.Events;
using Landfall.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Landfall.Functions;

/// <summary>
/// A tick of a contract whose rows are Bloomreach's customers: their export becomes the run's object, and that object the run's pages on the contract's topic. The
/// same tick, whenever and however often it comes, is the same run, the same object and the same pages.
/// </summary>
public sealed class CustomerExport(ContractSet contracts, RunObjects objects, PagePublisher publisher) : ICloudEventFunction<TickData>
{
    public async Task HandleAsync(CloudEvent cloudEvent, TickData data, CancellationToken cancellationToken)
    {
        var contract = contracts.All.FirstOrDefault(contract => contract.Id.Name == data.JobName && contract.Export == ExportKind.Bloomreach && contract.Topic is not null)
            ?? throw new RetryException(
                $"No contract of the id '{data.JobName}' says 'export: bloomreach' and a topic", "A job of the scheduler is named after the contract that it exports for: rename it, or delete it.");
        var run = Run.Of(contract, data);
        var export = await objects.GetOrBringAsync(run, cancellationToken);
        await publisher.PublishAsync(run, export, contract.Topic!, cancellationToken);
    }

    /// <summary>What only this function needs.</summary>
    public static void Services(IServiceCollection services) => services.AddSingleton<RunObjects>().AddSingleton<PagePublisher>();
}
