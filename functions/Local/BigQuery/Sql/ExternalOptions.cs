using System.Text.Json.Nodes;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>The options of CREATE EXTERNAL TABLE as the REST API's <c>externalDataConfiguration</c>.</summary>
internal static class ExternalOptions
{
    /// <summary>The options, and where in the configuration they stand.</summary>
    private static readonly Dictionary<string, string> Places = new()
    {
        ["FORMAT"] = "sourceFormat", ["URIS"] = "sourceUris", ["COMPRESSION"] = "compression", ["IGNORE_UNKNOWN_VALUES"] = "ignoreUnknownValues", ["MAX_BAD_RECORDS"] = "maxBadRecords",
        ["SKIP_LEADING_ROWS"] = "csvOptions.skipLeadingRows", ["FIELD_DELIMITER"] = "csvOptions.fieldDelimiter", ["ENCODING"] = "csvOptions.encoding", ["QUOTE"] = "csvOptions.quote",
        ["ALLOW_QUOTED_NEWLINES"] = "csvOptions.allowQuotedNewlines", ["ALLOW_JAGGED_ROWS"] = "csvOptions.allowJaggedRows", ["NULL_MARKER"] = "csvOptions.nullMarker",
        ["ENABLE_LOGICAL_TYPES"] = "avroOptions.useAvroLogicalTypes",
    };

    /// <returns>False for an option that is none of these.</returns>
    /// <exception cref="BigQueryFault">It has another value than a literal, or a list of texts.</exception>
    public static bool Set(JsonObject external, string name, SqlText text, int from, int to)
    {
        if (!Places.TryGetValue(name, out var place)) return false;
        var value = Value(text, from, to);
        if (place == "sourceFormat") value = (string)value! is "JSON" ? "NEWLINE_DELIMITED_JSON" : ((string)value!).ToUpperInvariant();
        var members = place.Split('.');
        if (members is [var only]) external[only] = value;
        else ((JsonObject)(external[members[0]] ??= new JsonObject()))[members[1]] = value;
        return true;
    }

    /// <summary>A name with its parts, in back quotes or without, as <c>a.b.c</c>; moves past it.</summary>
    public static string Path(SqlText text, ref int at)
    {
        var path = text[at++].Text;
        while (text.Is(at, "."))
        {
            path += $".{text[at + 1].Text}";
            at += 2;
        }
        return path;
    }

    private static JsonNode? Value(SqlText text, int from, int to)
    {
        if (text.Is(from, "[")) return new JsonArray([.. text.Split(from + 1, text.Close(from)).Select(part => Value(text, part.From, part.To))]);
        if (to != from + 1) throw text.Unexpected(from, "literal");
        return text[from] switch
        {
            { Kind: TokenKind.Text } word => word.Text,
            { Kind: TokenKind.Number } number => number.Text,
            { Key: "TRUE" } => true,
            { Key: "FALSE" } => false,
            _ => throw text.Unexpected(from, "literal"),
        };
    }
}
