using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Landfall.Tests.Faults;

/// <summary>A large file that is made while it is read: a header, and the same rows over and over.</summary>
/// <param name="name">Behind its bucket, <c>drop-zone</c>.</param>
/// <param name="mebibytes">Its size, beside the header.</param>
internal sealed class GeneratedObject(string name, int mebibytes)
{
    private const int RowBytes = 4096;
    private const int Generation = 1;

    private static readonly byte[] Header = "n,text\n"u8.ToArray();

    /// <summary>A MiB of rows.</summary>
    private static readonly byte[] Rows = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1000, (1 << 20) / RowBytes).Select(n => $"{n},{new string('x', RowBytes - 6)}\n")));

    public long Count => (long)mebibytes * (Rows.Length / RowBytes);

    private long Length => Header.Length + ((long)mebibytes * Rows.Length);

    /// <summary>As Cloud Storage's JSON API shows it.</summary>
    public JsonObject Resource => new()
    {
        ["kind"] = "storage#object", ["bucket"] = "drop-zone", ["name"] = name, ["generation"] = $"{Generation}", ["timeCreated"] = "2024-01-01T00:00:00.000Z", ["size"] = $"{Length}", ["contentType"] = "text/csv",
    };

    /// <summary>Whether somebody reads it: a slash within a name stands escaped in a path.</summary>
    public bool IsMeant(HttpRequest request) => request.Query["alt"] == "media" && Uri.UnescapeDataString(request.Path.Value!).EndsWith("/o/" + name, StringComparison.Ordinal);

    public async Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = "text/csv";
        context.Response.ContentLength = Length;
        await context.Response.Body.WriteAsync(Header);
        for (var i = 0; i < mebibytes; i++) await context.Response.Body.WriteAsync(Rows, context.RequestAborted);
    }
}
