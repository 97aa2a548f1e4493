using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Landfall.Hosting;

/// <summary>Answers in <c>application/problem+json</c> (RFC 9457).</summary>
internal static class Problem
{
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
        json.WriteEndObject();
    }
}
