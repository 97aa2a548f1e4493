using System.Globalization;
using System.Text.Json;
using Landfall.Local.Storage;

namespace Landfall.Local;

/// <summary>Tells the person at the terminal how each landing ended: one line, from its receipt.</summary>
internal sealed class Landings(ObjectStore store, TextWriter output)
{
    /// <summary>The topic on which receipts are published.</summary>
    public const string Topic = "landings";

    private int _refused;

    /// <summary>How many sources were refused.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>For <see cref="ObjectStore.Stored"/>.</summary>
    public async Task ReportAsync(ObjectResource stored)
    {
        // What begins with "_" is what Reconcile remembers.
        if (stored.Bucket != "receipts" || stored.Name.StartsWith('_') || await store.OpenAsync(stored.Bucket, stored.Name, stored.Generation) is not var (_, content)) return;

        await using (content)
        {
            try
            {
                using var receipt = await JsonDocument.ParseAsync(content);
                await output.WriteLineAsync(await LineAsync(receipt.RootElement, stored));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                await output.WriteLineAsync($"receipts/{stored.Name} is no receipt: {e.Message}");
            }
        }
    }

    private async Task<string> LineAsync(JsonElement receipt, ObjectResource stored)
    {
        var outcome = Text(receipt, "outcome") ?? "?";
        if (outcome == "refused") Interlocked.Increment(ref _refused);

        var line = $"{outcome,-10} {Text(receipt, "contract") ?? "-"}";
        if (receipt.TryGetProperty("rows", out var rows)) line += $"  {Number(rows, "landed")} rows, {Number(rows, "rejected")} rejected";

        if (Text(receipt, "source") is { } source) line += $"  {await MillisecondsAsync(source, stored)}{source}";

        if (Text(receipt, "rejects") is { Length: > 0 } rejects) line += $"  rejects: {rejects}";

        if (Text(receipt, "reason") is { } reason) line += $"{Environment.NewLine}           {reason}";
        return Text(receipt, "hint") is { } hint ? $"{line}{Environment.NewLine}           {hint}" : line;
    }

    /// <summary>From the object's creation to its receipt's.</summary>
    private async Task<string> MillisecondsAsync(string source, ObjectResource receipt)
    {
        var (slash, hash) = (source.IndexOf('/', StringComparison.Ordinal), source.LastIndexOf('#'));
        return slash > 0 && hash > slash && long.TryParse(source.AsSpan(hash + 1), out var generation)
            && await store.GetAsync(source[..slash], source[(slash + 1)..hash], generation) is { } version
                ? string.Create(CultureInfo.InvariantCulture, $"{(receipt.TimeCreated - version.TimeCreated).TotalMilliseconds:0} ms  ")
                : "";
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long Number(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;
}
