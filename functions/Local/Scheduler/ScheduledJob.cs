using System.Globalization;
using System.Text.Json.Nodes;
using Landfall.Contracts;

namespace Landfall.Local.Scheduler;

/// <summary>A job of Cloud Scheduler: when it is due, and which function it wakes.</summary>
/// <param name="Name">Its short name: the contract's id, with what it does behind it if that is not to bring the contract's data.</param>
/// <param name="Schedule">When it is due; null for a job that is paused, and runs when a person says so.</param>
/// <param name="TimeZone">Where the schedule's clock hangs.</param>
/// <param name="Target">Where the tick is sent.</param>
internal sealed record ScheduledJob(string Name, CronExpression? Schedule, TimeZoneInfo TimeZone, Uri Target)
{
    /// <summary><c>projects/P/locations/L/jobs/J</c>.</summary>
    public string FullName => $"projects/{LocalCloud.Project}/locations/local/jobs/{Name}";

    /// <summary>Whether it is due in the minute of a moment.</summary>
    public bool IsDue(DateTimeOffset moment) => Schedule is not null && Schedule.Matches(TimeZoneInfo.ConvertTime(moment, TimeZone).DateTime);

    /// <summary>Cloud Scheduler's resource (<c>cloudscheduler.googleapis.com/$discovery/rest?version=v1</c>, Job).</summary>
    /// <param name="last">The last attempt: when, and the status it was answered with.</param>
    public JsonObject ToJson((DateTimeOffset At, int Status)? last)
    {
        var job = new JsonObject
        {
            ["name"] = FullName, ["schedule"] = Schedule?.Text, ["timeZone"] = TimeZone.Id, ["state"] = Schedule is null ? "PAUSED" : "ENABLED",
            ["httpTarget"] = new JsonObject { ["uri"] = Target.AbsoluteUri, ["httpMethod"] = "POST" },
        };
        if (last is not { } attempt) return job;
        job["lastAttemptTime"] = attempt.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        // google.rpc.Code: 0 is OK, 13 is INTERNAL.
        job["status"] = new JsonObject { ["code"] = attempt.Status is >= 200 and < 300 ? 0 : 13 };
        return job;
    }
}
