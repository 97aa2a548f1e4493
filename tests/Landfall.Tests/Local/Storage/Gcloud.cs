using System.Diagnostics;

namespace Landfall.Tests.Local.Storage;

/// <summary>The real <c>gcloud storage</c>, against a server of this machine.</summary>
internal sealed class Gcloud(Uri server, string home, Action<string> log)
{
    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "gcloud")));

    /// <summary>What it printed; it must have gone well.</summary>
    public async Task<string> RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo("gcloud", ["storage", .. command]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE"] = new Uri(server, "/storage/v1/").ToString();
        start.Environment["CLOUDSDK_AUTH_DISABLE_CREDENTIALS"] = "true";
        start.Environment["CLOUDSDK_CORE_PROJECT"] = "local";
        start.Environment["CLOUDSDK_CORE_DISABLE_PROMPTS"] = "1";
        start.Environment["CLOUDSDK_CORE_DISABLE_USAGE_REPORTING"] = "true";
        start.Environment["CLOUDSDK_CONFIG"] = Path.Combine(home, "config");
        // In a test a file need not be large to be sent in parts.
        start.Environment["CLOUDSDK_STORAGE_PARALLEL_COMPOSITE_UPLOAD_THRESHOLD"] = "20M";
        start.Environment["CLOUDSDK_STORAGE_PARALLEL_COMPOSITE_UPLOAD_COMPONENT_SIZE"] = "10M";
        using var process = Process.Start(start)!;
        var (text, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        log($"gcloud storage {string.Join(' ', command)}\n{await text}{await errors}");
        return process.ExitCode == 0 ? await text : throw new InvalidOperationException($"gcloud storage {string.Join(' ', command)} ended with {process.ExitCode}: {await errors}");
    }
}
