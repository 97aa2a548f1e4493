using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Landfall.Local;

/// <summary>A function as a process of its own, on a port of its own, started again whenever it dies.</summary>
internal sealed class SpawnedFunction(
    string name, IReadOnlyList<string> command, string folder, IReadOnlyDictionary<string, string> variables, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>On 127.0.0.1, the same through all its lives: pushes find the next one where the last one was.</summary>
    public int Port { get; } = FreePort();

    public string PidFile { get; } = Path.Combine(folder, name + ".pid");

    public void Start()
    {
        Directory.CreateDirectory(folder);
        _loop = Task.Run(LoopAsync, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        var environment = new Dictionary<string, string>(variables) { ["PORT"] = Port.ToString(CultureInfo.InvariantCulture) };
        var pause = Shortest;
        while (!_stop.IsCancellationRequested)
        {
            var started = clock.GetTimestamp();
            await using var process = Leash.Start(command, "TERM", AppContext.BaseDirectory, variables: environment);
            await File.WriteAllTextAsync(PidFile + ".tmp", process.ProcessId.ToString(CultureInfo.InvariantCulture), CancellationToken.None);
            File.Move(PidFile + ".tmp", PidFile, overwrite: true);
            try
            {
                await process.WaitForExitAsync(_stop.Token);

                // One that dies as soon as it starts is given time; one that lived is missed at once.
                pause = clock.GetElapsedTime(started) > Longest ? Shortest : pause * 2 > Longest ? Longest : pause * 2;
                await Task.Delay(pause, clock, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                File.Delete(PidFile);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
