using System.Text.Json.Nodes;
using Landfall.Hosting;
using Microsoft.AspNetCore.Http;

namespace Landfall.Local;

/// <summary>Answers for all services, in Google's shape, what is wrong with a body before anybody could look at it: its chunks, its pace, its length.</summary>
internal static class BrokenBodies
{
    public static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted && BrokenBody.Of(e) is not null)
        {
            var broken = BrokenBody.Of(e)!;
            context.Response.StatusCode = broken.StatusCode;
            context.Response.ContentType = "application/json; charset=UTF-8";
            await context.Response.WriteAsync(new JsonObject { ["error"] = new JsonObject { ["code"] = broken.StatusCode, ["message"] = broken.Message } }.ToJsonString(), context.RequestAborted);
        }
    }
}
