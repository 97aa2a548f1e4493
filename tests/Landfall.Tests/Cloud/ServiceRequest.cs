using System.Text;
using System.Text.Json.Nodes;
using Shouldly;

namespace Landfall.Tests.Cloud;

/// <summary>A request as it came in: the target raw, path and query.</summary>
internal sealed record ServiceRequest(string Method, string Target, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Line => $"{Method} {Target}";

    public JsonNode Json => JsonNode.Parse(Encoding.UTF8.GetString(Body))!;

    /// <summary>Whether the body is that JSON: members in any order, none more and none less.</summary>
    public void ShouldSend(string json) =>
        JsonNode.DeepEquals(Json, JsonNode.Parse(json)).ShouldBeTrue($"sent:\n{Json.ToJsonString()}\nexpected:\n{JsonNode.Parse(json)!.ToJsonString()}");
}
