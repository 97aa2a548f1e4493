using System.Globalization;
using System.Text.Json.Nodes;
using Landfall.Local.BigQuery.Rest;

namespace Landfall.Local.BigQuery;

/// <summary>A value as BigQuery's REST API writes it, from Postgres' text for it.</summary>
internal static class Cell
{
    /// <param name="type">GoogleSQL's name.</param>
    /// <param name="text">As Postgres casts it, a timestamp in UTC: <c>2024-01-05 06:00:00.123456+00</c>.</param>
    /// <param name="wholeTimestamps">Whether a TIMESTAMP is its microseconds since 1970; else its seconds as a floating-point number.</param>
    public static JsonObject Of(string type, string? text, bool wholeTimestamps) => new() { ["v"] = text is null ? null : Text(type, text, wholeTimestamps) };

    private static string Text(string type, string text, bool wholeTimestamps) => type switch
    {
        "TIMESTAMP" => Timestamp(text, wholeTimestamps),
        "DATETIME" => text.Replace(' ', 'T'),
        "BOOL" => text is "t" or "true" ? "true" : "false",
        "NUMERIC" or "BIGNUMERIC" => text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text,
        "FLOAT64" => text.AsSpan().ContainsAny(".eIN") ? text : text + ".0",
        "BYTES" => Convert.ToBase64String(Convert.FromHexString(text.AsSpan(2))),
        "JSON" => JsonNode.Parse(text)?.ToJsonString(BigQueryReply.Plain) ?? "null",
        _ => text,
    };

    private static string Timestamp(string text, bool whole)
    {
        var time = DateTimeOffset.ParseExact(text, "yyyy-MM-dd HH:mm:ss.FFFFFFzz", CultureInfo.InvariantCulture);
        var microseconds = (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        if (whole) return $"{microseconds}";
        if (microseconds == 0) return "0.0";
        var digits = Math.Abs(microseconds).ToString(CultureInfo.InvariantCulture);
        var fraction = digits[1..].TrimEnd('0');
        return $"{(microseconds < 0 ? "-" : "")}{digits[0]}.{(fraction.Length == 0 ? "0" : fraction)}E{digits.Length - 7}";
    }
}
