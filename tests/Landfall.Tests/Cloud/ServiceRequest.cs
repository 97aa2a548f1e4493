using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;

namespace Landfall.Tests.Cloud;

/// <summary>A request as it came in: the target raw, path and query.</summary>
internal sealed record ServiceRequest(string Method, string Target, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Line => $"{Method} {Target}";

    /// <summary>The same with the query's parts in order, which means nothing.</summary>
    public string Ordered => Target.Split('?', 2) is [var path, var query] ? $"{Method} {path}?{string.Join('&', query.Split('&').Order(StringComparer.Ordinal))}" : Line;

    public JsonNode Json => JsonNode.Parse(Encoding.UTF8.GetString(Body))!;

    /// <summary>Whether the body is that JSON as Google's APIs read it: members in any order, none more and none less; null is what is not there, and a whole number may stand in a string.</summary>
    public void ShouldSend(string json) =>
        JsonNode.DeepEquals(Plain(Json), Plain(JsonNode.Parse(json))).ShouldBeTrue($"sent:\n{Json.ToJsonString()}\nexpected:\n{JsonNode.Parse(json)!.ToJsonString()}");

    private static JsonNode? Plain(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Key, Plain(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Plain)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => value.ToJsonString(),
        _ => node?.DeepClone(),
    };
}
