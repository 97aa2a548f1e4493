using System.Text.Json;
using Landfall.Cloud;
using Landfall.Sinks.Postgres;

namespace Landfall.Local.BigQuery.Loads;

/// <summary>NDJSON: a JSON object a line.</summary>
internal static class JsonLoad
{
    public static async Task ReadAsync(Stream file, IReadOnlyList<TableField> columns, bool ignoresUnknown, PgCopyWriter copy, BadRows bad, CancellationToken cancellationToken)
    {
        using var lines = new StreamReader(file);
        var json = new JsonRow(columns, ignoresUnknown);
        for (var row = 1L; await lines.ReadLineAsync(cancellationToken) is { } line; row++)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            copy.Begin(row);
            if (Write(json, line, copy) is { } fault)
            {
                copy.Abandon();
                bad.Add(row, $"JSON parsing error: {fault}");
                continue;
            }
            copy.End();
            if (copy.Full) await copy.FlushAsync(cancellationToken);
        }
    }

    private static string? Write(JsonRow json, string line, PgCopyWriter copy)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return json.Write(document.RootElement, copy) is [var (field, fault), ..] ? $"{fault} Field: {field}" : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return $"Parser terminated before end of string ({e.Message})";
        }
    }
}
