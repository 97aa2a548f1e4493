using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Landfall.Local.PubSub;

/// <summary>
/// Pub/Sub's REST surface, as much of it as functions and people use. Shapes: <c>pubsub.googleapis.com/$discovery/rest?version=v1</c>.
/// </summary>
public static partial class PubSubEndpoints
{
    /// <summary>Google's limit for one publish request.</summary>
    private const int LargestBody = 10_000_000;

    public static void Map(IEndpointRouteBuilder routes, MessageQueue queue)
    {
        const string topic = "/v1/projects/{project}/topics/{id}", subscription = "/v1/projects/{project}/subscriptions/{id}";
        routes.MapPut(topic, Answer(async (context, name) =>
            await queue.CreateTopicAsync(name, context.RequestAborted) ? new JsonObject { ["name"] = name } : throw PubSubException.Exists(name)));
        routes.MapGet(topic, Answer(async (context, name) =>
            await queue.TopicExistsAsync(name, context.RequestAborted) ? new JsonObject { ["name"] = name } : throw PubSubException.NotFound(name)));
        routes.MapDelete(topic, Answer(async (context, name) =>
            await queue.DeleteTopicAsync(name, context.RequestAborted) ? new JsonObject() : throw PubSubException.NotFound(name)));
        routes.MapPost(topic + ":publish", Answer((context, name) => PublishAsync(queue, context, name)));

        routes.MapPut(subscription, Answer(async (context, name) =>
        {
            var wanted = Subscription.FromJson(name, await BodyAsync(context));
            await queue.CreateSubscriptionAsync(wanted, cancellationToken: context.RequestAborted);
            return wanted.ToJson();
        }));
        routes.MapGet(subscription, Answer(async (context, name) =>
            (await queue.FindSubscriptionAsync(name, context.RequestAborted) ?? throw PubSubException.NotFound(name)).ToJson()));
        routes.MapDelete(subscription, Answer(async (context, name) =>
            await queue.DeleteSubscriptionAsync(name, context.RequestAborted) ? new JsonObject() : throw PubSubException.NotFound(name)));
        routes.MapPost(subscription + ":pull", Answer((context, name) => PullAsync(queue, context, name)));
        routes.MapPost(subscription + ":modifyAckDeadline", Answer((context, name) => ModifyAckDeadlineAsync(queue, context, name)));
        routes.MapPost(subscription + ":acknowledge", Answer((context, name) => AcknowledgeAsync(queue, context, name)));
    }

    private static async Task<JsonObject> PublishAsync(MessageQueue queue, HttpContext context, string topic)
    {
        var body = await BodyAsync(context);
        if (body["messages"] is not JsonArray { Count: > 0 } messages)
        {
            throw PubSubException.Invalid("The value for message_count is too small. You passed 0 in the request, but the minimum value is 1.");
        }

        var ids = await queue.PublishAsync(topic, [.. messages.Select(Read)], context.RequestAborted);
        return new JsonObject { ["messageIds"] = new JsonArray([.. ids.Select(id => (JsonNode)id.ToString(CultureInfo.InvariantCulture))]) };

        static OutgoingMessage Read(JsonNode? message)
        {
            var attributes = message?["attributes"]?.AsObject().ToDictionary(pair => pair.Key, pair => (string?)pair.Value ?? "") ?? [];
            return new(Convert.FromBase64String((string?)message?["data"] ?? ""), attributes, (string?)message?["orderingKey"]);
        }
    }

    private static async Task<JsonObject> PullAsync(MessageQueue queue, HttpContext context, string name)
    {
        var most = (int?)(await BodyAsync(context))["maxMessages"] ?? 0;
        if (most is < 1) throw PubSubException.Invalid("maxMessages must be at least 1.");

        _ = await queue.FindSubscriptionAsync(name, context.RequestAborted) ?? throw PubSubException.NotFound(name);
        var messages = await queue.PullAsync(name, Math.Min(most, 1000), context.RequestAborted);
        var received = new JsonArray([.. messages.Select(message => (JsonNode)message.ToPull())]);
        return received.Count == 0 ? [] : new JsonObject { ["receivedMessages"] = received };
    }

    private static async Task<JsonObject> ModifyAckDeadlineAsync(MessageQueue queue, HttpContext context, string name)
    {
        _ = await queue.FindSubscriptionAsync(name, context.RequestAborted) ?? throw PubSubException.NotFound(name);
        var body = await BodyAsync(context);
        var seconds = (int?)body["ackDeadlineSeconds"] ?? 0;
        if (seconds is < 0 or > 600) throw PubSubException.Invalid("The value for ack_deadline_seconds must be from 0 to 600.");

        foreach (var ackId in body["ackIds"]?.AsArray() ?? [])
        {
            await queue.PutBackAsync(long.Parse(((string?)ackId ?? "").Split('-')[0], CultureInfo.InvariantCulture), TimeSpan.FromSeconds(seconds), context.RequestAborted);
        }

        return [];
    }

    private static async Task<JsonObject> AcknowledgeAsync(MessageQueue queue, HttpContext context, string name)
    {
        _ = await queue.FindSubscriptionAsync(name, context.RequestAborted) ?? throw PubSubException.NotFound(name);
        foreach (var ackId in (await BodyAsync(context))["ackIds"]?.AsArray() ?? [])
        {
            await queue.AcknowledgeAsync(long.Parse(((string?)ackId ?? "").Split('-')[0], CultureInfo.InvariantCulture), context.RequestAborted);
        }

        return [];
    }

    /// <summary>Wraps a handler that is given the resource's full name: checks it, and answers in Google's shapes.</summary>
    private static RequestDelegate Answer(Func<HttpContext, string, Task<JsonObject>> handle) => async context =>
    {
        var answer = new JsonObject();
        var status = 200;
        try
        {
            var (project, id) = ((string)context.Request.RouteValues["project"]!, (string)context.Request.RouteValues["id"]!);
            if (!ResourceId().IsMatch(id))
            {
                throw PubSubException.Invalid(
                    $"Invalid resource name given ({id}): it must begin with a letter, not with goog, and have 3 to 255 letters, digits or -._~+%.");
            }

            answer = await handle(context, $"projects/{project}/{context.Request.Path.Value!.Split('/')[4]}/{id}");
        }
        catch (PubSubException fault)
        {
            (status, answer) = (fault.Code, Error(fault));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            (status, answer) = (400, Error(PubSubException.Invalid($"Invalid JSON payload received. {e.Message}")));
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=UTF-8";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    };

    private static JsonObject Error(PubSubException fault) =>
        new() { ["error"] = new JsonObject { ["code"] = fault.Code, ["message"] = fault.Message, ["status"] = fault.Status } };

    private static async Task<JsonObject> BodyAsync(HttpContext context)
    {
        try
        {
            return await JsonBody.ReadAsync(context, LargestBody) ?? throw PubSubException.Invalid("The request's body is no JSON object.");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw PubSubException.Invalid($"Request payload size exceeds the limit: {LargestBody} bytes.");
        }
    }

    [GeneratedRegex("^(?!goog)[A-Za-z][A-Za-z0-9_.~+%-]{2,254}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ResourceId();
}
