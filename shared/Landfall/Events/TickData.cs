namespace Landfall.Events;

/// <summary>A tick of Cloud Scheduler. The two together identify it: the same tick may be delivered twice.</summary>
/// <param name="JobName">The job's short name, from <c>X-CloudScheduler-JobName</c>.</param>
/// <param name="ScheduleTime">When the tick was due, from <c>X-CloudScheduler-ScheduleTime</c>.</param>
public sealed record TickData(string JobName, DateTimeOffset ScheduleTime)
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    /// <summary>What the job asks for besides, by name: the query of its URL.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = None;

    /// <summary>The id of the run that it begins: the job's name and the time it was due.</summary>
    public string Run => $"{JobName}-{ScheduleTime.UtcDateTime:yyyyMMdd'T'HHmmss.FFFFFFF'Z'}";
}
