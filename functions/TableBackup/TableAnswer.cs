using System.Globalization;
using System.Text.Json;
using Landfall.Backups;
using Microsoft.AspNetCore.Http;

namespace Landfall.Functions;

/// <summary>What a caller hears of a backup or a restore, as JSON.</summary>
internal static class TableAnswer
{
    public static Task WriteAsync(HttpResponse response, Backup backup, CancellationToken cancellationToken) => WriteAsync(response, json =>
    {
        json.WriteString("table", backup.Table);
        json.WriteString("backup", $"gs://{backup.Object.Bucket}/{backup.Object.Name}");
        json.WriteString("time", Time(backup.Time));
        json.WriteNumber("rows", backup.Rows);
        json.WriteNumber("bytes", backup.Object.Size);
        json.WriteString("sha256", backup.Sha256);
    }, cancellationToken);

    public static Task WriteAsync(HttpResponse response, Restored restored, CancellationToken cancellationToken) => WriteAsync(response, json =>
    {
        json.WriteString("table", restored.Table);
        json.WriteString("backup", $"gs://{restored.Backup.Bucket}/{restored.Backup.Name}");
        json.WriteString("time", Time(restored.Time));
        json.WriteNumber("rows", restored.Rows);
        json.WriteNumber("removed", restored.Removed);
        json.WriteStartObject("deliverAgain");
        json.WriteNumber("count", restored.LandingsCount);
        json.WriteStartArray("first");
        foreach (var landing in restored.Landings) json.WriteStringValue(landing);
        json.WriteEndArray();
        if (restored.Landings.Any(landing => landing.StartsWith("api/", StringComparison.Ordinal)))
            json.WriteString("hint", "what begins with api/ came over HTTP: whoever sent it sends it again, with its Idempotency-Key");
        json.WriteEndObject();
    }, cancellationToken);

    private static async Task WriteAsync(HttpResponse response, Action<Utf8JsonWriter> members, CancellationToken cancellationToken)
    {
        response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
