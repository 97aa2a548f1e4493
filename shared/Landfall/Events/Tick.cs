using Microsoft.AspNetCore.Http;

namespace Landfall.Events;

/// <summary>
/// A tick of Cloud Scheduler, which is no CloudEvent: its headers tell it. From a file it is a CloudEvent with the data
/// <c>{"jobName": …, "scheduleTime": …, "parameters": {…}}</c>, where the last stands for the query of the job's URL.
/// </summary>
internal static class Tick
{
    private const string JobName = "X-CloudScheduler-JobName";
    private const string ScheduleTime = "X-CloudScheduler-ScheduleTime";

    public static bool IsOne(IHeaderDictionary headers) => headers.ContainsKey("X-CloudScheduler") || headers.ContainsKey(JobName);

    public static Delivery Read(IHeaderDictionary headers, IQueryCollection query)
    {
        if (headers[JobName] is not [{ Length: > 0 } name, ..])
            throw new BadEventException($"The tick has no header '{JobName}'; expected the job's name.");
        if (headers[ScheduleTime] is not [{ } text, ..] || !Rfc3339.TryParse(text, out var time))
            throw new BadEventException($"The tick's header '{ScheduleTime}' is missing or no RFC 3339 timestamp, such as 2026-01-31T20:00:00Z.");
        var tick = new TickData(Short(name), time);
        if (query.Count > 0) tick = tick with { Parameters = query.ToDictionary(part => part.Key, part => part.Value is [{ } only] ? only : throw new BadEventException($"The tick's URL says '{part.Key}' more than once.")) };
        var id = $"{tick.JobName}@{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'}";
        return new(new(id, $"//cloudscheduler.googleapis.com/{name}", EventTypes.SchedulerTick, Subject: null, time), tick);
    }

    public static TickData Read(Members members) => new(
        Short(members.RequiredText("jobName")),
        members.Time("scheduleTime") ?? throw new BadEventException("The tick has no 'scheduleTime'; expected an RFC 3339 timestamp."))
    {
        Parameters = members.Texts("parameters"),
    };

    /// <summary>The last part of <c>projects/P/locations/L/jobs/J</c>.</summary>
    private static string Short(string name) => name[(name.LastIndexOf('/') + 1)..];
}
