using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Landfall.Local.Scheduler;

/// <summary>Cloud Scheduler's REST surface, as much of it as a person uses: list jobs, look at one, fire one now.</summary>
internal static class SchedulerEndpoints
{
    private const string Collection = $"/v1/projects/{LocalCloud.Project}/locations/{{location}}/jobs";

    /// <param name="scheduler">Asked at each request: it is there only when the functions are.</param>
    public static void Map(IEndpointRouteBuilder routes, Func<JobScheduler> scheduler, TimeProvider clock)
    {
        routes.MapGet(Collection, context => AnswerAsync(context, new JsonObject
        {
            ["jobs"] = new JsonArray([.. scheduler().Jobs.Select(job => (JsonNode)job.ToJson(scheduler().Last(job)))]),
        }));
        routes.MapGet(Collection + "/{name}", context => FoundAsync(context, scheduler(), _ => Task.CompletedTask));
        // Google answers at once; here a person waits, and sees how it went.
        routes.MapPost(Collection + "/{name}:run", context => FoundAsync(context, scheduler(), async job => await scheduler().RunAsync(job, clock.GetUtcNow())));
    }

    private static async Task FoundAsync(HttpContext context, JobScheduler scheduler, Func<ScheduledJob, Task> act)
    {
        var name = (string)context.Request.RouteValues["name"]!;
        if (scheduler.Jobs.FirstOrDefault(job => job.Name == name) is not { } job)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await AnswerAsync(context, new JsonObject { ["error"] = new JsonObject { ["code"] = 404, ["message"] = "Job not found.", ["status"] = "NOT_FOUND" } });
            return;
        }
        await act(job);
        await AnswerAsync(context, job.ToJson(scheduler.Last(job)));
    }

    private static Task AnswerAsync(HttpContext context, JsonObject body)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
