using System.Diagnostics;

namespace Landfall.Tests.Local.Storage;

/// <summary>A private Postgres for one run of the tests, reached by its Unix socket; it refuses to run as root, so then it runs as <c>postgres</c>.</summary>
internal sealed class ThrowawayPostgres : IAsyncDisposable
{
    private const string Programs = "/usr/lib/postgresql/15/bin";
    private readonly string _home = Path.Combine(Path.GetTempPath(), $"landfall-pg-{Guid.NewGuid():N}");

    public string ConnectionString => $"Host={_home};Username=postgres;Database=postgres;Maximum Pool Size=40";

    public async Task StartAsync()
    {
        if (Environment.IsPrivilegedProcess) await RunAsync("install", "-d", "-o", "postgres", "-m", "700", _home);
        await ServerAsync($"{Programs}/initdb", "-D", $"{_home}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        await ServerAsync($"{Programs}/pg_ctl", "-D", $"{_home}/data", "-w", "-l", $"{_home}/log", "-o", $"-k {_home} -c listen_addresses='' -c fsync=off", "start");
    }

    public async ValueTask DisposeAsync()
    {
        await ServerAsync($"{Programs}/pg_ctl", "-D", $"{_home}/data", "-m", "immediate", "stop");
        Directory.Delete(_home, recursive: true);
    }

    private static Task ServerAsync(params string[] command) => RunAsync(Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", .. command] : command);

    private static async Task RunAsync(params string[] command)
    {
        // Its output goes nowhere: a server that inherits a pipe keeps it open.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", .. command]) { WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with {process.ExitCode}");
    }
}
