using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Landfall.Cloud;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Landfall.Local.Bloomreach;

/// <summary>
/// Stands in for a project at Bloomreach Engagement: the export of all customers, and properties written back, one by one and in batches. What is written back
/// lasts as long as the process.
/// </summary>
/// <param name="count">Customers.</param>
/// <param name="clock">Time.</param>
internal sealed class StandIn(int count, TimeProvider clock)
{
    public const string Path = "/bloomreach", Project = "local-project", Key = "local-key", Secret = "local-secret";

    /// <summary>The most commands of a batch (https://documentation.bloomreach.com/engagement/reference/batch-commands-2).</summary>
    private const int MaxCommands = 50;

        private readonly string _authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Key}:{Secret}"));
    private int _requests;

    /// <summary>How the n-th request, from 1, goes wrong; null for well. Set by tests.</summary>
    public Func<int, StandInFault?> Fault { get; set; } = _ => null;

    public StandInCustomers Customers { get; } = new(count);

    /// <summary>Requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The account that it knows, at an address.</summary>
    public static BloomreachAccount Account(Uri server) => new(new Uri(server, Path), Project, Key, Secret);

    public void Map(IEndpointRouteBuilder routes)
    {
        const string data = Path + "/data/v2/projects/{token}", track = Path + "/track/v2/projects/{token}";
        routes.MapPost(data + "/customers/export", Answer(ExportAsync));
        routes.MapPost(track + "/customers", Answer(async (context, body, _) => await ReplyAsync(context, 200, Update(body))));
        routes.MapPost(track + "/batch", Answer(BatchAsync));
    }

    private RequestDelegate Answer(Func<HttpContext, JsonObject, StandInFault?, Task> handle) => async context =>
    {
        var fault = Fault(Interlocked.Increment(ref _requests));
        if (fault is { Status: > 0 })
        {
            if (fault.RetryAfter is { } after) context.Response.Headers.RetryAfter = after;
            context.Response.StatusCode = fault.Status;
            await context.Response.WriteAsync(fault.Body, context.RequestAborted);
            return;
        }
        if (context.Request.Headers.Authorization != _authorization)
        {
            await ReplyAsync(context, 401, Failure("invalid credentials"));
            return;
        }
        if ((string?)context.Request.RouteValues["token"] != Project)
        {
            await ReplyAsync(context, 403, Failure("no access to the project"));
            return;
        }
        try
        {
            var body = await JsonBody.ReadAsync(context, JsonBody.Small) ?? throw new FormatException("the body must be a JSON object");
            await handle(context, body, fault);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException && !context.Response.HasStarted)
        {
            await ReplyAsync(context, 400, Failure(e.Message));
        }
        catch (OperationCanceledException)
        {
            // Whoever asked is gone, or cut off.
        }
    };

    private async Task ExportAsync(HttpContext context, JsonObject body, StandInFault? fault)
    {
        var request = ExportRequest.FromJson(body);
        context.Response.ContentType = "application/json";
        Stream to = fault?.CutAfter is { } bytes ? new CutStream(context.Response.Body, bytes, context.Abort) : context.Response.Body;
        await ExportBody.WriteAsync(to, Customers, request, fault?.FailAfter, context.RequestAborted);
    }

    /// <summary>All commands are carried out that can be; each has its result.</summary>
    private async Task BatchAsync(HttpContext context, JsonObject body, StandInFault? fault)
    {
        if (body["commands"] is not JsonArray { Count: <= MaxCommands } commands) throw new FormatException($"commands must be an array of at most {MaxCommands}");
        var started = Now();
        var results = new JsonArray([.. commands.Select(Execute)]);
        await ReplyAsync(context, 200, new JsonObject { ["start_time"] = started, ["end_time"] = Now(), ["results"] = results, ["success"] = true });

        JsonNode Execute(JsonNode? command)
        {
            try
            {
                return (string?)command?["name"] == "customers" && command["data"] is JsonObject data ? Update(data) : Failure("this stand-in executes 'customers' only");
            }
            catch (Exception e) when (e is FormatException or InvalidOperationException)
            {
                return Failure(e.Message);
            }
        }
    }

    private JsonObject Update(JsonObject data)
    {
        if ((string?)data["customer_ids"]?["registered"] is not { Length: > 0 } customer) throw new FormatException("customer_ids.registered must be a text");
        if (data["properties"] is not JsonObject properties) throw new FormatException("properties must be an object");
        Customers.Write(customer, properties, data["update_timestamp"] is { } time ? time.GetValue<double>() : Now());
        return new JsonObject { ["success"] = true, ["errors"] = new JsonArray() };
    }

    private double Now() => clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private static JsonObject Failure(string error) => new() { ["success"] = false, ["errors"] = new JsonArray(error) };

    private static async Task ReplyAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    /// <summary>How many customers the variable <c>BLOOMREACH_CUSTOMERS</c> says; 45 when it says nothing.</summary>
    /// <exception cref="FormatException">It is no such number.</exception>
    public static int CustomersOf(string? variable) =>
        string.IsNullOrEmpty(variable) ? 45
        : int.TryParse(variable, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 10_000_000 ? number
        : throw new FormatException($"BLOOMREACH_CUSTOMERS is '{variable}'; it must be a whole number from 0 to 10000000");
}
