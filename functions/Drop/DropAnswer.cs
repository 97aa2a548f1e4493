using System.Globalization;
using System.Text.Json;
using Landfall.Landings;
using Microsoft.AspNetCore.Http;

namespace Landfall.Functions;

/// <summary>What a caller hears, as JSON.</summary>
internal static class DropAnswer
{
    /// <summary>Cloud Storage's: https://cloud.google.com/storage/docs/resumable-uploads#session-uris</summary>
    private static readonly TimeSpan SessionLife = TimeSpan.FromDays(7);

    /// <summary>200 with the receipt; 202 as long as there is none.</summary>
    /// <param name="receiptsBucket">Where receipts are.</param>
    /// <param name="receipt">Null while there is none, or nobody waits for it.</param>
    public static Task WriteAsync(HttpContext context, DropTarget target, Dropped dropped, string receiptsBucket, Receipt? receipt)
    {
        var version = dropped.Version;
        context.Response.StatusCode = receipt is null ? StatusCodes.Status202Accepted : StatusCodes.Status200OK;
        if (receipt is null) context.Response.Headers.Location = target.Ask;
        return WriteAsync(context, json =>
        {
            json.WriteString("object", $"gs://{version.Bucket}/{version.Name}");
            json.WriteString("generation", version.Generation.ToString(CultureInfo.InvariantCulture));
            json.WriteNumber("bytes", version.Size);
            json.WriteString("md5", dropped.Md5);
            if (dropped.Sent is { } sent) json.WriteBoolean("sent", sent);
            if (dropped.Sent == false) json.WriteString("note", "these bytes stood already under this name; no new version was made");
            json.WriteString("receiptAt", $"gs://{receiptsBucket}/{LandingNames.Receipt(target.Contract.Id.Name, version)}");
            json.WriteString("ask", target.Ask);
            if (receipt is null) return;
            json.WritePropertyName("receipt");
            json.WriteRawValue(ReceiptJson.Write(receipt));
        });
    }

    /// <summary>201 with a URL that takes the file.</summary>
    /// <param name="session">The URL.</param>
    /// <param name="now">When it was made.</param>
    public static Task WriteAsync(HttpContext context, DropTarget target, string bucket, Uri session, DateTimeOffset now)
    {
        var (url, file) = (session.AbsoluteUri, target.Name[(target.Name.LastIndexOf('/') + 1)..]);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = url;
        return WriteAsync(context, json =>
        {
            json.WriteString("object", $"gs://{bucket}/{target.Name}");
            json.WriteString("url", url);
            json.WriteString("expires", (now + SessionLife).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            json.WriteString("ask", target.Ask);
            json.WriteStartObject("curl");
            json.WriteString("send", $"curl -T {Quoted(file)} {Quoted(url)}");
            json.WriteString("arrived", $"curl -i -X PUT -H 'Content-Length: 0' -H 'Content-Range: bytes */*' {Quoted(url)}");
            json.WriteString("resume", $"curl -C <the number behind 'range: bytes=0-', plus one> -T {Quoted(file)} {Quoted(url)}");
            json.WriteEndObject();
        });
    }

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> members)
    {
        context.Response.ContentType = "application/json";
        // Who has an upload's URL may use it.
        context.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true });
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    /// <summary>One word of a POSIX shell's.</summary>
    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
