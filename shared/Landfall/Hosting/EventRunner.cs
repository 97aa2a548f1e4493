using Landfall.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Landfall.Hosting;

/// <summary>Runs one event through a function and turns whatever comes of it into a <see cref="Verdict"/>. Throws nothing.</summary>
internal sealed class EventRunner<TFunction, TData>(IServiceProvider services)
    where TFunction : class, ICloudEventFunction<TData>
    where TData : class
{
    private const string NoHint = "waiting is enough";

    private static readonly string Function = typeof(TFunction).Name;
    private static readonly string Wanted = EventTypes.Carrying<TData>();

    /// <summary>Whether the function also takes ticks, beside what wakes it otherwise.</summary>
    private static readonly bool Ticks = typeof(TFunction).IsAssignableTo(typeof(ICloudEventFunction<TickData>));

    private readonly ILogger _log = services.GetRequiredService<ILogger<TFunction>>();
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();
    private readonly Settings _settings = services.GetRequiredService<Settings>();

    /// <param name="read">Reads the event.</param>
    /// <param name="stopping">Cancelled when the program must end.</param>
    public async Task<Verdict> RunAsync(Func<CancellationToken, Task<Delivery>> read, CancellationToken stopping)
    {
        var started = _time.GetTimestamp();
        // A sender that hangs up cancels nothing: what is finished late is found done by its redelivery, what is cancelled never gets done.
        using var timeout = new CancellationTokenSource(_settings.Timeout, _time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        Verdict verdict;
        try
        {
            var delivery = await read(ending.Token);
            using var activity = Telemetry.StartEvent(Function, delivery.Event);
            verdict = Ignored(delivery) ?? await HandleAsync(Known(delivery), started, stopping, ending.Token);
            activity?.SetTag("landfall.outcome", verdict.Outcome);
            if (verdict.Status >= 300) activity?.SetStatus(System.Diagnostics.ActivityStatusCode.Error, verdict.Detail);
        }
        catch (BadEventException e)
        {
            HostLog.Unreadable(_log, Function, e.Message);
            verdict = Verdict.Unreadable(e.Message, e.Status);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            verdict = Verdict.Retry("The event was still being received when the function had to end.");
        }
        Telemetry.Count(Function, verdict, _time.GetElapsedTime(started));
        return verdict;
    }

    /// <summary>An object that is deleted, archived or relabelled brings no data: what has landed stays.</summary>
    private Verdict? Ignored(Delivery delivery)
    {
        if (delivery.Data is not StorageObjectData || typeof(TData) != typeof(StorageObjectData) || delivery.Event.Type == Wanted) return null;
        HostLog.Ignored(_log, Function, delivery.Event.Type, delivery.Event.Id, delivery.Event.Source, Wanted);
        return Verdict.Ignored;
    }

    private static Delivery Known(Delivery delivery) =>
        delivery.Data is TData || (Ticks && delivery.Data is TickData)
            ? delivery
            : throw new BadEventException($"The event is of the type '{delivery.Event.Type}'; {Function} takes '{Wanted}'{(Ticks ? $" and '{EventTypes.SchedulerTick}'" : "")}.");

    private async Task<Verdict> HandleAsync(Delivery delivery, long started, CancellationToken stopping, CancellationToken ending)
    {
        var cloudEvent = delivery.Event;
        try
        {
            await using var scope = services.CreateAsyncScope();
            var function = scope.ServiceProvider.GetRequiredService<TFunction>();
            var handed = HandedEvent.Of(cloudEvent);
            await (delivery.Data is TData data ? function.HandleAsync(handed, data, ending) : ((ICloudEventFunction<TickData>)function).HandleAsync(handed, (TickData)delivery.Data!, ending));
            HostLog.Handled(_log, Function, cloudEvent.Type, cloudEvent.Id, _time.GetElapsedTime(started).TotalSeconds);
            return Verdict.Done;
        }
        catch (RetryException e)
        {
            HostLog.Retry(_log, e.InnerException, Function, cloudEvent.Subject ?? cloudEvent.Type, cloudEvent.Id, e.Message, e.Hint ?? NoHint);
            return Verdict.Retry(e.Message, e.Hint);
        }
        catch (RejectException e)
        {
            HostLog.Rejected(_log, e, Function, cloudEvent.Type, cloudEvent.Id, e.Message, e.Hint ?? "none");
            return Verdict.Rejected;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            var cause = stopping.IsCancellationRequested
                ? "the end of the program"
                : $"its time limit of {_settings.Timeout.TotalSeconds} s (LANDFALL_TIMEOUT)";
            HostLog.Stopped(_log, Function, cloudEvent.Type, cloudEvent.Id, cause);
            return Verdict.Retry($"The function was stopped by {cause}.");
        }
        catch (Exception e) when (e is not BadEventException)
        {
            // Nobody classified it, so the world is wrong: after the platform's last attempt it is a dead letter for a person, never a loss.
            HostLog.Failed(_log, e, Function, cloudEvent.Type, cloudEvent.Id);
            return Verdict.Failed;
        }
    }
}
