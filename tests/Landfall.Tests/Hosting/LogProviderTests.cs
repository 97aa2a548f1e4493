using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Landfall.Hosting;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Hosting;

public sealed class LogProviderTests : IDisposable
{
    private readonly MemoryStream _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_line_has_cloud_loggings_members_and_its_fields()
    {
        using var activity = new Activity("test").SetParentId("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").Start();

        Logger(json: true).LogWarning("{Rows} rows of {Source} took {Seconds} s, {Severity}", 3L, "b/n#1", 0.5, "high");

        var line = JsonDocument.Parse(_output.ToArray()).RootElement;
        line.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.ToString()).ShouldBe(
            new Dictionary<string, string>
            {
                ["severity"] = "WARNING",
                ["time"] = "2026-01-31T20:00:00Z",
                ["message"] = "3 rows of b/n#1 took 0.5 s, high",
                ["logger"] = "area",
                ["logging.googleapis.com/trace"] = "projects/p1/traces/0af7651916cd43dd8448eb211c80319c",
                ["logging.googleapis.com/spanId"] = activity.SpanId.ToHexString(),
                ["logging.googleapis.com/trace_sampled"] = "True",
                ["rows"] = "3",
                ["source"] = "b/n#1",
                ["seconds"] = "0.5",
                ["severity_"] = "high",
            },
            ignoreOrder: true);
        line.GetProperty("rows").ValueKind.ShouldBe(JsonValueKind.Number);
    }

    [Fact]
    public void An_exception_is_a_member_of_its_own_and_the_line_stays_one()
    {
        Logger(json: true).LogError(new InvalidOperationException("first\nsecond"), "It\nfailed");

        var text = Encoding.UTF8.GetString(_output.ToArray());
        text.Count(c => c == '\n').ShouldBe(1);
        var line = JsonDocument.Parse(text).RootElement;
        line.GetProperty("severity").GetString().ShouldBe("ERROR");
        line.GetProperty("stack_trace").GetString().ShouldStartWith("System.InvalidOperationException: first\nsecond");
    }

    [Fact]
    public void A_terminal_gets_one_short_line()
    {
        Logger(json: false).LogWarning(new RetryException("away"), "The warehouse is away\nfake line");

        Encoding.UTF8.GetString(_output.ToArray()).ShouldMatch(@"\A\d\d:\d\d:\d\d WARNING  The warehouse is away fake line\n\z");
    }

    [Fact]
    public void A_terminal_gets_the_stack_trace_of_what_nobody_foresaw()
    {
        Logger(json: false).LogError(new InvalidOperationException("surprise"), "It failed");

        Encoding.UTF8.GetString(_output.ToArray()).ShouldContain("System.InvalidOperationException: surprise");
    }

    [Fact]
    public async Task Lines_of_many_threads_stay_whole()
    {
        var logger = Logger(json: true);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 200; i++) logger.LogInformation("{Thread} {Number}", thread, i);
        })));

        var lines = Encoding.UTF8.GetString(_output.ToArray()).TrimEnd().Split('\n');
        lines.Select(line => JsonDocument.Parse(line).RootElement).Select(line => (line.GetProperty("thread").GetInt32(), line.GetProperty("number").GetInt32())).Distinct().Count().ShouldBe(1600);
    }

    private ILogger Logger(bool json)
    {
#pragma warning disable CA2000 // the provider owns nothing but the stream
        return new LogProvider(_output, json, "p1", new ManualTime()).CreateLogger("area");
#pragma warning restore CA2000
    }
}
