using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace Landfall.Benchmarks;

/// <summary>A function that serves events over HTTP, as Cloud Run starts and calls it: always the same event, of a version that has landed, so that each costs a look at the ledger.</summary>
/// <param name="Program">What is started.</param>
/// <param name="Variables">What it is set to, but for its port.</param>
/// <param name="Event">The CloudEvent, in JSON.</param>
internal sealed record ServedFunction(string Program, IReadOnlyDictionary<string, string> Variables, byte[] Event)
{
    private const int Connections = 8, Uncounted = 2000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Events of a warm run that count.</summary>
    public const int Counted = 10_000;

    /// <summary>From the start of the process to its first 2xx.</summary>
    public Task<Measurement> ColdAsync() => RunAsync((_, _) => Task.FromResult<TimeSpan?>(null));

    /// <summary><see cref="Counted"/> events, eight at a time, behind others that do not count.</summary>
    public Task<Measurement> WarmAsync() => RunAsync(async (http, at) =>
    {
        await AskAsync(http, at, Uncounted);
        var begun = Stopwatch.GetTimestamp();
        await AskAsync(http, at, Counted);
        return Stopwatch.GetElapsedTime(begun);
    });

    private async Task<Measurement> RunAsync(Func<HttpClient, Uri, Task<TimeSpan?>> then)
    {
        var at = new Uri($"http://127.0.0.1:{Loopback.FreePort()}/");
        var start = new ProcessStartInfo(Program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        start.Environment["PORT"] = at.Port.ToString(CultureInfo.InvariantCulture);
        using var http = new HttpClient();
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            while (!await IsTakenAsync(http, at))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(begun) > Patience) throw new InvalidOperationException($"{Program} does not serve.");
                await Task.Delay(1);
            }
            var elapsed = Stopwatch.GetElapsedTime(begun);
            return new(await then(http, at) ?? elapsed, MeasuredProcess.Peak(process.Id));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private Task AskAsync(HttpClient http, Uri at, int events) => Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
    {
        for (var i = 0; i < events / Connections; i++)
        {
            using var response = await SendAsync(http, at);
            response.EnsureSuccessStatusCode();
        }
    })));

    /// <returns>False while nobody listens.</returns>
    private async Task<bool> IsTakenAsync(HttpClient http, Uri at)
    {
        try
        {
            using var response = await SendAsync(http, at);
            return response.IsSuccessStatusCode ? true : throw new InvalidOperationException($"{Program} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpClient http, Uri at)
    {
        using var body = new ByteArrayContent(Event);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
        return await http.PostAsync(at, body);
    }
}
