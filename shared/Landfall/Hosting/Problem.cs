using System.Text.Json;
using Landfall.Rows;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Landfall.Hosting;

/// <summary>Answers in <c>application/problem+json</c> (RFC 9457).</summary>
internal static class Problem
{
    /// <summary>Rows listed at most.</summary>
    private const int MaxRows = 100;

    /// <param name="members">Writes further members, or null.</param>
    public static async Task WriteAsync(HttpResponse response, Verdict verdict, Action<Utf8JsonWriter>? members = null)
    {
        response.StatusCode = verdict.Status;
        if (verdict.Detail is null) return;
        if (verdict.Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        response.ContentType = "application/problem+json";
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("type", "about:blank");
        json.WriteString("title", ReasonPhrases.GetReasonPhrase(verdict.Status));
        json.WriteNumber("status", verdict.Status);
        json.WriteString("detail", verdict.Detail);
        if (verdict.Hint is not null) json.WriteString("hint", verdict.Hint);
        members?.Invoke(json);
        if (verdict.Rows.Count > 0)
        {
            json.WriteStartArray("errors");
            foreach (var row in verdict.Rows.Take(MaxRows)) Write(json, row);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Reject row)
    {
        json.WriteStartObject();
        if (row.Line > 0) json.WriteNumber("line", row.Line);
        json.WriteString("column", row.Column);
        json.WriteString("rule", row.Rule);
        json.WriteString("value", row.Value);
        json.WriteString("reason", row.Reason);
        json.WriteEndObject();
    }
}
