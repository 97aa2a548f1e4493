using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Landfall.Tests.Local;

/// <summary>The local cloud as people run it: a process of its own.</summary>
internal sealed class LocalProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _home;

    private LocalProcess(Process process, string home) => (_process, _home) = (process, home);

    public ConcurrentQueue<string> Output { get; } = new();

    public string Text => string.Join('\n', Output);

    public static LocalProcess Start(string home, params string[] options) => Start(home, new Dictionary<string, string>(), options);

    public static LocalProcess Start(string home, IReadOnlyDictionary<string, string> variables, params string[] options)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Program("functions/Local"), "--home", home, .. options])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("LANDFALL_POSTGRES");
        foreach (var (name, value) in variables) start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        var local = new LocalProcess(process, home);
        process.OutputDataReceived += (_, e) => local.Add(e.Data);
        process.ErrorDataReceived += (_, e) => local.Add(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return local;
    }

    /// <summary>Waits until it serves.</summary>
    /// <returns>What <c>endpoints.json</c> says.</returns>
    public async Task<JsonNode> ReadyAsync()
    {
        var file = Path.Combine(_home, "endpoints.json");
        await Until.TrueAsync(() => File.Exists(file) || _process.HasExited, "it serves", seconds: 60);
        return _process.HasExited ? throw new InvalidOperationException($"It ended: {Text}") : JsonNode.Parse(await File.ReadAllTextAsync(file))!;
    }

    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        return await ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await TerminateAsync();

        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is not null) Output.Enqueue(line);
    }
}
