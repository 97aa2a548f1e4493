using Landfall.Backups;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Hosting;
using Landfall.Hosting.Access;
using Landfall.Sinks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Landfall.Functions;

/// <summary>
/// <c>POST /backup</c> writes a table into the bucket <c>backups</c>, <c>POST /restore</c> makes it what it was; a tick backs up every table of Postgres. It reaches Postgres and that bucket, and nothing else.
/// </summary>
public sealed class TableBackup(ContractSet contracts, TableBackups backups, TableRestorer restorer, Gate gate, Settings settings) : IHttpFunction, ICloudEventFunction<TickData>
{
    public Task HandleAsync(CloudEvent cloudEvent, TickData data, CancellationToken cancellationToken) => backups.BackupAllAsync(data.ScheduleTime, cancellationToken);

    public async Task HandleAsync(HttpContext context)
    {
        var order = await TableOrder.ReadAsync(context, contracts, gate.Identify(context.Request));
        // The caller may go away, or the time be over: either way nothing is half done.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        ending.CancelAfter(settings.Timeout);
        object? done;
        try
        {
            done = order.IsRestore
                ? await restorer.RestoreAsync(order.Contract, order.Table, order.Backup, ending.Token)
                : await backups.BackupAsync(order.Contract, order.Table, ending.Token);
        }
        catch (OperationCanceledException e) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new RetryException($"it took longer than {settings.Timeout.TotalSeconds} s; nothing was done", "raise LANDFALL_TIMEOUT", e);
        }
        await (done switch
        {
            Backup backup => TableAnswer.WriteAsync(context.Response, backup, context.RequestAborted),
            Restored restored => TableAnswer.WriteAsync(context.Response, restored, context.RequestAborted),
            _ => throw new BadHttpRequestException(
                order.Backup is null ? $"There is no backup of {order.Table} yet; POST /backup makes one." : $"There is no such backup of {order.Table}.", StatusCodes.Status404NotFound),
        });
    }

    /// <summary>What only this function needs.</summary>
    public static void Services(IServiceCollection services)
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<TableBackups>(provider, Postgres(provider))).AddSingleton(provider => ActivatorUtilities.CreateInstance<TableRestorer>(provider, Postgres(provider)));
        services.TryAddSingleton<Gate>();
    }

    private static ISink Postgres(IServiceProvider services) =>
        services.GetServices<ISink>().FirstOrDefault(sink => sink.Kind == SinkKind.Postgres) ?? throw new FormatException("LANDFALL_POSTGRES is not set; the tables that are backed up are there.");
}
