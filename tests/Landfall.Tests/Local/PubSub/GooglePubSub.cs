using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Landfall.Tests.Local.PubSub;

/// <summary>Google's own Pub/Sub emulator, which the Google Cloud SDK brings: a program in Java.</summary>
internal sealed class GooglePubSub : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;

    private GooglePubSub(Process process, Uri address) => (_process, Address, _http) = (process, address, new() { BaseAddress = address });

    public Uri Address { get; }

    /// <returns>Null when it, or Java, is not installed.</returns>
    public static async Task<GooglePubSub?> StartAsync()
    {
        if (Jar() is not { } jar || InPath("java") is null) return null;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var start = new ProcessStartInfo("java", ["-Xmx256m", "-jar", jar, "--host=127.0.0.1", $"--port={port}"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        var emulator = new GooglePubSub(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}"));
        emulator._process.OutputDataReceived += (_, _) => { };
        emulator._process.ErrorDataReceived += (_, _) => { };
        emulator._process.BeginOutputReadLine();
        emulator._process.BeginErrorReadLine();
        await Until.TrueAsync(async () =>
        {
            try
            {
                using var response = await emulator._http.GetAsync(new Uri("/v1/projects/p1/topics", UriKind.Relative));
                return response.IsSuccessStatusCode;
            }
            catch (HttpRequestException) when (!emulator._process.HasExited)
            {
                return false;
            }
        }, "Google's emulator serves", seconds: 60);
        return emulator;
    }

    public async Task PutAsync(string path, JsonObject body)
    {
        // It takes this content type to the letter.
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        content.Headers.ContentType = new("application/json");
        using var response = await _http.PutAsync(new Uri(path, UriKind.Relative), content);
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Beside <c>gcloud</c>, wherever the SDK is.</summary>
    private static string? Jar()
    {
        if (InPath("gcloud") is not { } gcloud) return null;
        var bin = Path.GetDirectoryName(File.ResolveLinkTarget(gcloud, returnFinalTarget: true)?.FullName ?? gcloud)!;
        foreach (var sdk in (string[])[Path.Combine(bin, ".."), "/usr/lib/google-cloud-sdk"])
        {
            var folder = Path.Combine(sdk, "platform", "pubsub-emulator", "lib");
            if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "cloud-pubsub-emulator-*-all.jar").FirstOrDefault() is { } jar) return jar;
        }
        return null;
    }

    private static string? InPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
