using System.Text.Json.Nodes;

namespace Landfall.Rest.Documents;

/// <summary>One method of one path, as OpenAPI describes it.</summary>
/// <param name="Id">Unique in the document.</param>
/// <param name="Summary">A few words.</param>
internal sealed record Operation(string Id, string Summary)
{
    public string? Description { get; init; }

    /// <summary>What it stands under on a page: a table's name, say.</summary>
    public string? Tag { get; init; }

    /// <summary>OpenAPI's parameter objects; <see cref="Parameter"/> makes one.</summary>
    public IReadOnlyList<JsonObject> Parameters { get; init; } = [];

    /// <summary>OpenAPI's requestBody, or null.</summary>
    public JsonObject? Body { get; init; }

    /// <summary>The answers that are not problems, by status; <see cref="Answer"/> makes one.</summary>
    public IReadOnlyList<(int Status, JsonObject Answer)> Answers { get; init; } = [];

    /// <summary>Whether it needs no token.</summary>
    public bool Public { get; init; }

    /// <param name="place"><c>query</c>, <c>path</c> or <c>header</c>.</param>
    /// <param name="example">A value that works, or null.</param>
    public static JsonObject Parameter(string place, string name, string description, JsonObject schema, JsonNode? example = null)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = place, ["description"] = description, ["schema"] = schema };
        if (place == "path") parameter["required"] = true;
        if (example is not null) parameter["example"] = example;
        return parameter;
    }

    /// <param name="content">By media type: schema, and perhaps an example.</param>
    public static JsonObject Answer(string description, params IEnumerable<(string MediaType, JsonObject Schema, JsonNode? Example)> content)
    {
        var answer = new JsonObject { ["description"] = description };
        var types = new JsonObject();
        foreach (var (mediaType, schema, example) in content)
        {
            var type = new JsonObject { ["schema"] = schema };
            if (example is not null) type["example"] = example;
            types[mediaType] = type;
        }
        if (types.Count > 0) answer["content"] = types;
        return answer;
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["operationId"] = Id, ["summary"] = Summary };
        if (Description is not null) json["description"] = Description;
        if (Tag is not null) json["tags"] = new JsonArray(Tag);
        if (Parameters.Count > 0) json["parameters"] = new JsonArray([.. Parameters]);
        if (Body is not null) json["requestBody"] = Body;
        if (Public) json["security"] = new JsonArray();
        var responses = new JsonObject();
        foreach (var (status, answer) in Answers) responses[$"{status}"] = answer;
        responses["default"] = new JsonObject { ["$ref"] = "#/components/responses/problem" };
        json["responses"] = responses;
        return json;
    }
}
