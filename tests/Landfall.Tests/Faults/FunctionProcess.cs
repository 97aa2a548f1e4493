using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Landfall.Tests.Faults;

/// <summary>A function as it is deployed, in a process of its own, which is started again whenever it has ended: an instance, as Cloud Run has them.</summary>
/// <param name="program">Its name beside the tests.</param>
/// <param name="variables">What it is set to.</param>
/// <param name="folder">For the notes of those who die.</param>
/// <param name="death">When the next life is to end by itself; null for when something else ends it.</param>
internal sealed class FunctionProcess(string program, IReadOnlyDictionary<string, string> variables, string folder, Func<Death?> death) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new();
    private Process? _process;
    private Task _loop = Task.CompletedTask;
    private int _busy;
    private int _lives;
    private bool _disposed;

    /// <summary>The same through all its lives.</summary>
    public int Port { get; } = FreePort();

    /// <summary>Whether it takes deliveries.</summary>
    public bool Ready { get; private set; }

    /// <summary>Deliveries under way.</summary>
    public int Busy => _busy;

    /// <summary>The ends that lives were meant to have, and had.</summary>
    public ConcurrentQueue<Death> Deaths { get; } = new();

    /// <summary>What it has written.</summary>
    public ConcurrentQueue<string> Output { get; } = new();

    public void Start() => _loop = Task.Run(LoopAsync);

    public IDisposable Enter() => new Visit(this);

    /// <summary>The most memory that this life has had in use, in bytes.</summary>
    public long Peak =>
        long.Parse(File.ReadLines($"/proc/{_process!.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;

    /// <summary>SIGKILL, if it is at work.</summary>
    /// <returns>Whether deliveries were under way.</returns>
    public bool Kill()
    {
        var process = _process;
        if (!Ready || process is null || _busy == 0) return false;
        Ready = false;
        process.Kill();
        return true;
    }

    /// <summary>SIGTERM, if it is at work; it may finish what it has begun.</summary>
    /// <returns>Whether deliveries were under way.</returns>
    public bool Terminate()
    {
        var process = _process;
        if (!Ready || process is null || _busy == 0) return false;
        Ready = false;
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await _stop.CancelAsync();
        _process?.Kill();
        await _loop;
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var wish = death();
            var note = Path.Combine(folder, $"{program}-{Port}-{++_lives}");
            using var process = _process = Start((wish ?? Death.Never).Write(note));
            // Whoever disposed of us meanwhile has not seen it.
            if (_stop.IsCancellationRequested) process.Kill();
            await ServesAsync(process);
            await process.WaitForExitAsync(CancellationToken.None);
            Ready = false;
            if (File.Exists(note)) Deaths.Enqueue(wish!);
        }
    }

    private Process Start(string death)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Program($"functions/{program}")]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("LANDFALL_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in variables) start.Environment[name] = value;
        start.Environment["PORT"] = $"{Port}";
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(Death).Assembly.Location;
        // A life is short: what pays for itself after minutes only is left out.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment[Death.Variable] = death;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Add(e.Data);
        process.ErrorDataReceived += (_, e) => Add(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task ServesAsync(Process process)
    {
        while (!process.HasExited && !Ready)
        {
            try
            {
                using var response = await _http.GetAsync(new Uri($"http://127.0.0.1:{Port}/healthz"), _stop.Token);
                Ready = response.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(20);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Add(string? line)
    {
        if (line is not null) Output.Enqueue(line);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Visit : IDisposable
    {
        private readonly FunctionProcess _function;

        public Visit(FunctionProcess function) => Interlocked.Increment(ref (_function = function)._busy);

        public void Dispose() => Interlocked.Decrement(ref _function._busy);
    }
}
