using System.Text.Json;
using Landfall.Hosting;

namespace Landfall.Tool;

/// <summary>The functions' settings, from the same variables; what the command line says goes before them.</summary>
internal static class ToolSettings
{
    /// <summary>Where contracts are, beside and above the current folder.</summary>
    private static readonly string[] Places = ["shared/contracts", "contracts"];

    /// <exception cref="UsageException">A variable, or the local cloud's home, can not be used.</exception>
    public static Settings Read(ToolHost host, string? contracts, string? home)
    {
        var variables = new Dictionary<string, string>(host.Environment);
        if (home is not null) UseLocalCloud(variables, Path.GetFullPath(home, host.Folder));
        if (contracts is not null) variables["LANDFALL_CONTRACTS"] = contracts.StartsWith("gs://", StringComparison.OrdinalIgnoreCase) ? contracts : Path.GetFullPath(contracts, host.Folder);
        else if (variables.GetValueOrDefault("LANDFALL_CONTRACTS") is not { Length: > 0 } && Find(host.Folder) is { } found) variables["LANDFALL_CONTRACTS"] = found;
        try
        {
            return Settings.FromEnvironment(variables);
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>The nearest folder with contracts, from the current one upwards; null when there is none.</summary>
    private static string? Find(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            foreach (var place in Places)
            {
                var candidate = Path.Combine(at.FullName, place);
                if (Directory.Exists(candidate) && Directory.EnumerateFiles(candidate, "*.odcs.yaml").Any()) return candidate;
            }
        }
        return null;
    }

    /// <summary>All that a local cloud answers, and nothing of another one's.</summary>
    private static void UseLocalCloud(Dictionary<string, string> variables, string home)
    {
        var file = Path.Combine(home, "endpoints.json");
        if (!File.Exists(file)) throw new UsageException($"no local cloud runs on {home}: {file} is not there", "start one: dotnet run --project functions/Local");
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            var http = json.RootElement.GetProperty("http").GetString()!;
            foreach (var name in (string[])["LANDFALL_STORAGE_ENDPOINT", "LANDFALL_BIGQUERY_ENDPOINT", "LANDFALL_PUBSUB_ENDPOINT"]) variables[name] = http;
            variables["LANDFALL_POSTGRES"] = json.RootElement.GetProperty("postgres").GetString()!;
            variables["GOOGLE_CLOUD_PROJECT"] = json.RootElement.GetProperty("project").GetString()!;
            variables.Remove("LANDFALL_BUCKET_PREFIX");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new UsageException($"{file} is no local cloud's: {e.Message}");
        }
    }
}
