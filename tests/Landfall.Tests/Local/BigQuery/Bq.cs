using System.Diagnostics;

namespace Landfall.Tests.Local.BigQuery;

/// <summary>The real <c>bq</c>, against a server of this machine.</summary>
internal sealed class Bq(Uri endpoint, string home, Action<string> log)
{
    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "bq")));

    /// <summary>What it printed; it must have gone well.</summary>
    public async Task<string> RunAsync(params string[] command)
    {
        var (exit, text) = await TryAsync(command);
        return exit == 0 ? text : throw new InvalidOperationException($"bq {string.Join(' ', command)} ended with {exit}: {text}");
    }

    /// <summary>Its exit code and what it printed.</summary>
    public async Task<(int Exit, string Text)> TryAsync(params string[] command)
    {
        string[] flags =
        [
            "--bigqueryrc=/dev/null", "--api", endpoint.AbsoluteUri.TrimEnd('/'), "--project_id=local", "--oauth_access_token=any", "--headless", "--quiet",
        ];
        var start = new ProcessStartInfo("bq", [.. flags, .. command]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CLOUDSDK_CONFIG"] = Path.Combine(home, "config");
        start.Environment["CLOUDSDK_CORE_DISABLE_USAGE_REPORTING"] = "true";
        start.Environment["HOME"] = home;
        using var process = Process.Start(start)!;
        var (text, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        log($"bq {string.Join(' ', command)} -> {process.ExitCode}\n{await text}{await errors}");
        return (process.ExitCode, await text);
    }
}
