using Landfall.Contracts;
using Landfall.Events;
using Landfall.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Landfall.Functions;

/// <summary>A tick of a contract that says where its file is published: the file comes into its bucket, if it has changed. The object's own event lands it.</summary>
public sealed class Fetch(ContractSet contracts, Downloader downloader) : ICloudEventFunction<TickData>
{
    public Task HandleAsync(CloudEvent cloudEvent, TickData data, CancellationToken cancellationToken)
    {
        var contract = contracts.All.FirstOrDefault(contract => contract.Id.Name == data.JobName && contract.Fetch is not null)
            ?? throw new RetryException($"No contract of the id '{data.JobName}' says 'fetch'", "A job of the scheduler is named after the contract that it fetches for: rename it, or delete it.");
        // The tick's own day, so that the same tick fills the same object whenever it comes.
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(data.ScheduleTime, contract.TimeZone).DateTime);
        return downloader.BringAsync(contract.Fetch!, contract.Object!.Bucket, contract.Object.Sample(day), cancellationToken);
    }

    /// <summary>What only this function needs.</summary>
    public static void Services(IServiceCollection services) => services.AddSingleton<Downloader>().AddSingleton(WebSource.Create);
}
