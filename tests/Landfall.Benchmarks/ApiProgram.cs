using System.Globalization;
using Landfall.Local;

namespace Landfall.Benchmarks;

/// <summary>Api as it is deployed, serving on loopback.</summary>
internal sealed class ApiProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Leash _process;

    private ApiProgram(Leash process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static async Task<ApiProgram> StartAsync(Bench bench, bool native)
    {
        var program = await LandingProgram.PublishAsync(Path.Combine(bench.Folder, "api"), native, "functions/Api");
        var port = Loopback.FreePort();
        var log = Path.Combine(bench.Folder, "api.log");
        var process = Leash.Start([Path.Combine(program.Folder, "Api")], "TERM", program.Folder, log, variables: new Dictionary<string, string>
        {
            ["LANDFALL_POSTGRES"] = bench.Server.ConnectionString,
            ["LANDFALL_CONTRACTS"] = Path.Combine(bench.Folder, "contracts"),
            ["LANDFALL_API_OPEN"] = "true",
            ["LANDFALL_API_RATE"] = "1000000",
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
        });
        using var http = new HttpClient();
        for (var begun = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(begun) < Patience && !process.HasExited; await Task.Delay(50))
        {
            try
            {
                using var alive = await http.GetAsync($"http://127.0.0.1:{port}/healthz");
                return new(process, port);
            }
            catch (HttpRequestException)
            {
                // It is on its way.
            }
        }
        throw new CannotStartException($"Api does not start: {await File.ReadAllTextAsync(log)}");
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
