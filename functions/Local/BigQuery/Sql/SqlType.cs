using Landfall.Cloud;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>A type as it is written in GoogleSQL: <c>NUMERIC(10,2)</c>.</summary>
/// <param name="Name">Its canonical name: <c>INT64</c> for <c>BIGINT</c>.</param>
internal sealed record SqlType(string Name, int? Precision = null, int? Scale = null)
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["INT64"] = "INT64", ["INT"] = "INT64", ["SMALLINT"] = "INT64", ["INTEGER"] = "INT64", ["BIGINT"] = "INT64", ["TINYINT"] = "INT64", ["BYTEINT"] = "INT64",
        ["FLOAT64"] = "FLOAT64", ["BOOL"] = "BOOL", ["BOOLEAN"] = "BOOL", ["STRING"] = "STRING", ["BYTES"] = "BYTES", ["NUMERIC"] = "NUMERIC", ["DECIMAL"] = "NUMERIC",
        ["BIGNUMERIC"] = "BIGNUMERIC", ["BIGDECIMAL"] = "BIGNUMERIC", ["TIMESTAMP"] = "TIMESTAMP", ["DATETIME"] = "DATETIME", ["DATE"] = "DATE", ["TIME"] = "TIME", ["JSON"] = "JSON",
    };

    /// <summary>The column type in Postgres.</summary>
    public string Postgres => TableCatalog.TypeOf(new TableField("", Name) { Precision = Precision, Scale = Scale });

    /// <param name="name">In any case, canonical or not.</param>
    /// <exception cref="BigQueryFault">There is no such type, or not here.</exception>
    public static SqlType Of(string name) => Names.TryGetValue(name.ToUpperInvariant(), out var canonical)
        ? new(canonical)
        : throw (name.ToUpperInvariant() is "STRUCT" or "ARRAY" or "GEOGRAPHY" or "INTERVAL" or "RANGE"
            ? BigQueryFault.NotSupported($"The type {name}")
            : new BigQueryFault(400, "invalidQuery", $"Type not found: {name}"));

    /// <summary>Reads a type, and moves past it.</summary>
    public static SqlType Read(SqlText text, ref int at)
    {
        if (text[at].Kind != TokenKind.Word) throw text.Unexpected(at);
        var type = Of(text[at++].Text);
        if (!text.Is(at, "(")) return type;
        var close = text.Close(at);
        var numbers = text.Split(at + 1, close);
        if (!numbers.TrueForAll(part => part.To == part.From + 1 && text[part.From].Kind == TokenKind.Number && text[part.From].Text.Length < 9)) throw text.Unexpected(at + 1);
        int[] sizes = [.. numbers.Select(part => int.TryParse(text[part.From].Text, out var size) ? size : throw text.Unexpected(part.From))];
        at = close + 1;
        return type.Name is not ("NUMERIC" or "BIGNUMERIC") || sizes.Length == 0 ? type : type with { Precision = sizes[0], Scale = sizes.ElementAtOrDefault(1) };
    }
}
