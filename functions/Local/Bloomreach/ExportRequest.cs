using System.Text.Json.Nodes;

namespace Landfall.Local.Bloomreach;

/// <summary>What an export is asked for (https://documentation.bloomreach.com/engagement/reference/export-all-customers-2).</summary>
/// <param name="Native">Whether as <c>native_json</c>; else as <c>table_json</c>.</param>
/// <param name="Attributes">Names and whether each is an id, in the order of the columns.</param>
internal sealed record ExportRequest(bool Native, IReadOnlyList<(string Name, bool IsId)> Attributes)
{
    private static readonly (string, bool)[] All = [.. StandInCustomers.Ids.Select(id => (id, true)), .. StandInCustomers.Properties.Select(property => (property, false))];

    /// <exception cref="FormatException">It is no request that the stand-in answers; the message says why.</exception>
    public static ExportRequest FromJson(JsonObject body)
    {
        var format = (string?)body["format"];
        if (format is not ("table_json" or "native_json")) throw new FormatException("format must be 'table_json' or 'native_json' (this stand-in has no 'csv')");
        if (body["filter"] is { } filter && (string?)filter["type"] != "all") throw new FormatException("filter: this stand-in has no segmentations");
        if (body["attributes"] is not { } attributes || (string?)attributes["type"] == "properties_and_ids") return new(format == "native_json", All);
        if ((string?)attributes["type"] != "some" || attributes["list"] is not JsonArray list) throw new FormatException("attributes.type must be 'properties_and_ids' or 'some'");
        return new(format == "native_json", [.. list.Select(Read)]);

        static (string, bool) Read(JsonNode? item) => ((string?)item?["type"], (string?)item?["id"], (string?)item?["property"]) switch
        {
            ("id", { } id, _) => (id, true),
            ("property", _, { } property) => (property, false),
            _ => throw new FormatException("attributes.list: this stand-in has ids and properties only"),
        };
    }
}
