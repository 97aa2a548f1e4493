namespace Landfall.Events;

/// <summary>A tick of Cloud Scheduler. The two together identify it: the same tick may be delivered twice.</summary>
/// <param name="JobName">The job's short name, from <c>X-CloudScheduler-JobName</c>.</param>
/// <param name="ScheduleTime">When the tick was due, from <c>X-CloudScheduler-ScheduleTime</c>.</param>
public sealed record TickData(string JobName, DateTimeOffset ScheduleTime);
