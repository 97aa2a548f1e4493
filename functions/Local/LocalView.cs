using Landfall.Local.PubSub;
using Landfall.Local.Scheduler;
using Landfall.Web.Local;

namespace Landfall.Local;

/// <summary>What Console shows of the local cloud.</summary>
/// <param name="queue">Its messages.</param>
/// <param name="scheduler">Asked at each request: it is there only when the functions are.</param>
internal sealed class LocalView(MessageQueue queue, Func<JobScheduler> scheduler, TimeProvider clock) : ILocalCloud
{
    public IReadOnlyList<LocalJob> Jobs => [.. scheduler().Jobs.Select(job => new LocalJob(job.Name, job.Schedule?.Text, job.TimeZone.Id, scheduler().Last(job)))];

    public async Task<IReadOnlyList<LocalQueue>> QueuesAsync(CancellationToken cancellationToken) =>
        [.. (await queue.StatesAsync(cancellationToken)).Select(state => new LocalQueue(Short(state.Subscription), state.PushEndpoint, state.Waiting, state.Attempts, state.Oldest))];

    public async Task<IReadOnlyList<LocalLetter>> DeadLettersAsync(int most, CancellationToken cancellationToken) =>
        [.. (await queue.PeekAsync(LocalCloud.DeadLetterSubscription, most, cancellationToken)).Select(letter => new LocalLetter(
            $"{letter.MessageId}", letter.Message.Attributes.GetValueOrDefault("CloudPubSubDeadLetterSourceSubscription", "nobody says"), letter.Message.Attributes.GetValueOrDefault("objectId"), letter.Published))];

    public bool Fire(string job)
    {
        if (scheduler().Jobs.FirstOrDefault(known => known.Name == job) is not { } found) return false;
        scheduler().Fire(found, clock.GetUtcNow());
        return true;
    }

    private static string Short(string subscription) => subscription[(subscription.LastIndexOf('/') + 1)..];
}
