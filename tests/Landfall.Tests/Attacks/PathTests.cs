using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Landfall.Local;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Attacks;

/// <summary>
/// Names that lead out of a folder, as objects and as buckets of the local cloud: whatever is done by them, beside its home nothing is read, written or made. A canary lies there.
/// </summary>
[Collection(nameof(Alone))]
public sealed class PathTests : IAsyncLifetime
{
    private const string Canary = "CANARY-7f3a91";

    private static readonly string[] Tricks =
    [
        "../canary.txt", "../../canary.txt", "../../../canary.txt", "../../../../canary.txt", "a/../../../canary.txt", "a/./b", "./canary.txt", ".", "..", "...", "../", "/", "//", "/../", "/etc/passwd", "//etc/passwd",
        "..\\canary.txt", "..\\..\\..\\canary.txt", "\\\\host\\share", "C:\\canary.txt", "C:canary.txt", "file:///canary.txt", "%2e%2e%2fcanary.txt", "%2e%2e/%2e%2e/canary.txt", "%252e%252e%252fcanary.txt", "..%2fcanary.txt",
        "..%5ccanary.txt", "..%00/canary.txt", "..%c0%afcanary.txt", "\uFF0E\uFF0E/canary.txt", "\u2025/canary.txt", "..;/canary.txt", "....//canary.txt", "..././canary.txt", "canary.txt\0.csv", "a\0b", "a\nb", "a\r\nX: y",
        "trailing.", "trailing...", "trailing ", " leading", "~", "~root/canary.txt", "$HOME/canary.txt", "`id`", "$(id)", "|id", "con", "nul", "aux.csv", "com1", "lpt1.txt", "a:b", "a*b?", "-rf", "--help", ".hidden/canary.txt",
        ".landfall-1", "x/.landfall-1", "linked/canary.txt", "\u202Etxt.yranac", "nam\u0435", new('n', 255), new('n', 256), new('n', 1024), new('n', 1025), string.Join('/', Enumerable.Repeat("d", 512)), string.Join('/', Enumerable.Repeat("..", 340)),
    ];

    private readonly ITestOutputHelper _output;
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new();
    private Home _home = null!;
    private LocalCloud _cloud = null!;
    private TimeSpan _slowest;
    private int _requests;

    public PathTests(ITestOutputHelper output) => _output = output;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_folder["canary.txt"], Canary);
        Directory.CreateDirectory(_folder["beside"]);
        await File.WriteAllTextAsync(_folder["beside", "canary.txt"], Canary);
        _home = Home.Open(_folder["home"]);
        _cloud = await LocalCloud.StartAsync(new() { Port = 0, Samples = false }, _home, [], TimeProvider.System, TextWriter.Null, default);
    }

    public async Task DisposeAsync()
    {
        await _cloud.DisposeAsync();
        _home.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Objects_of_such_names_stay_in_their_bucket()
    {
        var before = Beside();
        // What a person has linked into the inbox is no way out of it either.
        Directory.CreateSymbolicLink(Path.Combine(_home.Buckets, "drop-zone", "linked"), _folder["beside"]);
        foreach (var name in Tricks)
        {
            var encoded = Uri.EscapeDataString(name);
            var shown = Payloads.Shown(name);
            var media = await AskAsync(HttpMethod.Post, $"/upload/storage/v1/b/drop-zone/o?uploadType=media&name={encoded}", "mine");
            var multipart = await AskAsync(HttpMethod.Post, "/upload/storage/v1/b/drop-zone/o?uploadType=multipart", $"--b\r\nContent-Type: application/json\r\n\r\n{{\"name\":{JsonSerializer.Serialize(name)}}}\r\n--b\r\nContent-Type: text/plain\r\n\r\nmine\r\n--b--", "multipart/related; boundary=b");
            await AskAsync(HttpMethod.Post, $"/upload/storage/v1/b/drop-zone/o?uploadType=resumable&name={encoded}", "{}");
            multipart.Status.ShouldBe(media.Status, shown);
            var kept = media.Status == 200;
            if (kept) JsonDocument.Parse(media.Text).RootElement.GetProperty("name").GetString().ShouldBe(name);
            var path = $"/storage/v1/b/drop-zone/o/{encoded}";
            // Of a NUL in a path the server itself wants nothing.
            var gone = name.Contains('\0', StringComparison.Ordinal) ? 400 : 404;
            (await AskAsync(HttpMethod.Get, path)).Status.ShouldBe(kept ? 200 : gone, shown);
            var content = await AskAsync(HttpMethod.Get, path + "?alt=media");
            content.Text.ShouldBe(kept ? "mine" : content.Text, shown);
            await AskAsync(HttpMethod.Get, $"/storage/v1/b/drop-zone/o?prefix={encoded}&delimiter=%2F");
            await AskAsync(HttpMethod.Post, $"{path}/rewriteTo/b/exports/o/{encoded}", "");
            await AskAsync(HttpMethod.Post, $"/storage/v1/b/exports/o/{encoded}/compose", $"{{\"sourceObjects\":[{{\"name\":{JsonSerializer.Serialize(name)}}}]}}");
            if (Tricks.IndexOf(name) % 2 == 0) (await AskAsync(HttpMethod.Delete, path)).Status.ShouldBe(kept ? 204 : gone, shown);
        }
        await Until.TrueAsync(() => _cloud.IdleAsync(default), "all that is shown is shown");

        Unchanged(before);
        _output.WriteLine($"{Tricks.Length} names, {_requests} requests, the slowest in {_slowest.TotalMilliseconds:0} ms");
    }

    [Fact]
    public async Task Buckets_of_such_names_are_none()
    {
        var before = Beside();
        foreach (var name in Tricks)
        {
            var made = await AskAsync(HttpMethod.Post, "/storage/v1/b?project=local", JsonSerializer.Serialize(new Dictionary<string, string> { ["name"] = name }));
            if (name is not ("con" or "nul" or "aux.csv" or "com1" or "lpt1.txt")) made.Status.ShouldBe(400, Payloads.Shown(name));
            var encoded = Uri.EscapeDataString(name);
            if (made.Status == 400) (await AskAsync(HttpMethod.Post, $"/upload/storage/v1/b/{encoded}/o?uploadType=media&name=canary.txt", "mine")).Status.ShouldBeInRange(400, 499, Payloads.Shown(name));
            await AskAsync(HttpMethod.Get, $"/storage/v1/b/{encoded}");
            await AskAsync(HttpMethod.Get, $"/storage/v1/b/{encoded}/o/canary.txt?alt=media");
            await AskAsync(HttpMethod.Post, $"/storage/v1/b/drop-zone/o/x/rewriteTo/b/{encoded}/o/canary.txt", "");
        }
        await Until.TrueAsync(() => _cloud.IdleAsync(default), "all that is shown is shown");
        Unchanged(before);
        _output.WriteLine($"{_requests} requests, the slowest in {_slowest.TotalMilliseconds:0} ms");
    }

    /// <summary>As they stand on the wire: no client has made anything nicer of them.</summary>
    [Fact]
    public async Task Paths_as_they_are_sent_lead_nowhere()
    {
        var before = Beside();
        foreach (var service in (string[])["/storage/v1", "/download/storage/v1", "/upload/storage/v1", "/bigquery/v2", "/v1/projects/local"])
        {
            foreach (var path in (string[])[
                "/b/drop-zone/o/../../../../canary.txt", "/b/../../canary.txt", "/../canary.txt", "/../../../../etc/passwd", "/b/drop-zone/o/%2e%2e%2f%2e%2e%2fcanary.txt?alt=media", "/b/%2e%2e/o/canary.txt?alt=media", "/b/..%2f..%2f/o/canary.txt?alt=media",
                "/b/drop-zone/o/..%5c..%5ccanary.txt?alt=media", "/b/drop-zone/o/%252e%252e%252fcanary.txt?alt=media", "/b/drop-zone/o/%c0%ae%c0%ae%c0%afcanary.txt?alt=media", "/b/drop-zone/o/%00?alt=media", "/b/drop-zone/o/%zz?alt=media", "/b/drop-zone/o/%ff%fe?alt=media",
                "/b//o//", "//b/drop-zone/o/x", "/b/drop-zone/o/\\..\\..\\canary.txt"])
            {
                foreach (var method in (string[])["GET", "DELETE", "POST"])
                {
                    var answer = await RawRequest.SendAsync(_cloud.Http, $"{method} {service}{path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
                    answer.Status.ShouldBeInRange(200, 499, $"{method} {service}{path}: {answer.Text}");
                    answer.Status.ShouldNotBe(200, $"{method} {service}{path}: {answer.Text}");
                    answer.Text.ShouldNotContain(Canary);
                    answer.Took.IsSoon.ShouldBeTrue($"{answer.Took}");
                }
            }
        }
        Unchanged(before);
    }

    /// <summary>A link, to a file or to a folder, is no file that was dropped, whoever is first to see it; nor is one written through.</summary>
    [Fact]
    public async Task Links_in_the_inbox_are_not_followed()
    {
        var before = Beside();
        var bucket = Path.Combine(_home.Buckets, "drop-zone");
        File.CreateSymbolicLink(Path.Combine(bucket, "file.csv"), _folder["canary.txt"]);
        Directory.CreateSymbolicLink(Path.Combine(bucket, "folder"), _folder["beside"]);
        Directory.CreateDirectory(Path.Combine(bucket, "real"));
        File.CreateSymbolicLink(Path.Combine(bucket, "real", "up.csv"), "../../../../canary.txt");
        await File.WriteAllTextAsync(Path.Combine(bucket, "own.csv"), "mine");
        // Touched, so that the operating system tells of what is behind the link.
        File.SetLastWriteTimeUtc(_folder["beside", "canary.txt"], File.GetLastWriteTimeUtc(_folder["beside", "canary.txt"]));
        await Until.TrueAsync(async () => (await AskAsync(HttpMethod.Get, "/storage/v1/b/drop-zone/o/own.csv")).Status == 200, "what is a file is an object");
        await Until.TrueAsync(() => _cloud.IdleAsync(default), "all is done");

        (await AskAsync(HttpMethod.Get, "/storage/v1/b/drop-zone/o")).Text.ShouldNotContain("canary");
        foreach (var name in (string[])["file.csv", "real/up.csv"]) (await AskAsync(HttpMethod.Get, $"/storage/v1/b/drop-zone/o/{Uri.EscapeDataString(name)}")).Status.ShouldBe(404, name);

        foreach (var name in (string[])["file.csv", "folder/canary.txt", "folder/new.txt", "real/up.csv"]) (await AskAsync(HttpMethod.Post, $"/upload/storage/v1/b/drop-zone/o?uploadType=media&name={Uri.EscapeDataString(name)}", "mine")).Status.ShouldBe(200);
        await Until.TrueAsync(() => _cloud.IdleAsync(default), "all is shown");
        foreach (var name in (string[])["folder/canary.txt", "file.csv"]) (await AskAsync(HttpMethod.Delete, $"/storage/v1/b/drop-zone/o/{Uri.EscapeDataString(name)}")).Status.ShouldBe(204);
        await Until.TrueAsync(() => _cloud.IdleAsync(default), "all is shown");
        Unchanged(before);
    }

    private async Task<(int Status, string Text)> AskAsync(HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, new Uri(_cloud.Http, path)) { Content = body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type) } } };
        var start = Pace.Now;
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var took = Pace.Now - start;
        (_slowest, _requests) = (took.Clock > _slowest ? took.Clock : _slowest, _requests + 1);
        took.IsSoon.ShouldBeTrue($"{path}: {took}");
        ((int)response.StatusCode).ShouldBeLessThan(500, $"{method} {path}: {text}");
        text.ShouldNotContain(Canary);
        return ((int)response.StatusCode, text);
    }

    /// <summary>All that lies beside the home, with its content.</summary>
    private string Beside() => string.Join('\n', Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Where(path => !path.StartsWith(_folder["home"], StringComparison.Ordinal))
        .Order(StringComparer.Ordinal).Select(path => $"{path} {(File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) + File.GetLastWriteTimeUtc(path).Ticks : "")}"));

    private void Unchanged(string before)
    {
        Beside().ShouldBe(before);
        File.ReadAllText(_folder["canary.txt"]).ShouldBe(Canary);
        // Nor has anybody copied it into the home.
        foreach (var file in Files(Directory.CreateDirectory(_folder["home", "objects"]).FullName).Concat(Files(_home.Buckets))) File.ReadAllText(file).ShouldNotContain(Canary, Case.Sensitive, file);
    }

    /// <summary>Those that are no link and behind none.</summary>
    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint });
}
