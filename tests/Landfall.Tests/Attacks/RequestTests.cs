using System.Globalization;
using System.IO.Compression;
using System.Text;
using Landfall.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Attacks;

/// <summary>
/// Requests that no client sends, at the real servers: each ends in a status that is foreseen, within two seconds, and nothing has changed; what is slow is cut off by a limit. A status that Kestrel gives
/// before anybody is asked has no body.
/// </summary>
[Collection(nameof(Alone))]
public sealed class RequestTests(RequestWorld world, ITestOutputHelper output) : IClassFixture<RequestWorld>
{
    /// <summary>How a form begins.</summary>
    private const string Part = "--b\r\nContent-Disposition: form-data; name=file; filename=log.csv\r\nContent-Type: text/csv\r\n\r\n";

    public static TheoryData<string, string, string> Chunks()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var target in RequestWorld.Targets)
        {
            foreach (var size in (string[])["80000000", "7FFFFFFFF", "FFFFFFFFFFFFFFFF", "-1", "0x10", "zz", "1 0", ""]) data.Add(target, size, size.Length >= 8 ? "large" : "none");
        }
        return data;
    }

    [Theory, MemberData(nameof(Chunks))]
    public async Task A_chunk_of_no_size_is_400(string target, string size, string kind)
    {
        var answer = await SendAsync(target, "Transfer-Encoding: chunked", $"{size}\r\n{{\"a\":1}}\r\n0\r\n\r\n");
        answer.Status.ShouldBe(400, answer.Text);
        if (kind == "large" && target != "upload") answer.Text.ShouldMatch("chunk|read|body");
    }

    [Theory]
    [InlineData("event", 413)]
    [InlineData("row", 413)]
    [InlineData("bulk", 413)]
    [InlineData("upload", 413)]
    [InlineData("backup", 413)]
    [InlineData("publish", 400)]
    [InlineData("query", 413)]
    [InlineData("insertAll", 413)]
    [InlineData("bucket", 413)]
    [InlineData("compose", 413)]
    [InlineData("bloomreach", 413)]
    [InlineData("localEvent", 413)]
    public async Task A_body_without_an_end_is_cut_off(string target, int status)
    {
        var piece = Encoding.ASCII.GetBytes("10000\r\n" + new string(' ', 0x10000) + "\r\n");
        if (target == "upload") piece = Encoding.ASCII.GetBytes("10000\r\n" + new string('x', 0x10000) + "\r\n");
        var head = RequestWorld.Head(target, "Transfer-Encoding: chunked");
        if (target == "upload") head += $"{Part.Length:x}\r\n{Part}\r\n";

        var (answer, taken) = await Gauge.MeasureAsync(() => RawRequest.SendAsync(world.Server(target), RawRequest.Endless(head, piece)));

        Note(target, answer, taken);
        answer.Status.ShouldBe(status, answer.Text);
        answer.Text.ShouldMatch("longer|larger|exceeds|more than|large");
        // Beyond the longest body that is taken.
        taken.ShouldBeSoonAndIn(Gauge.Little + (32 << 20));
    }

    public static TheoryData<string, string> Bodies()
    {
        var data = new TheoryData<string, string>();
        foreach (var target in RequestWorld.Targets.Except(["upload"]))
        {
            foreach (var body in (string[])["deep arrays", "deep objects", "deep in a member", "commas", "names", "numbers", "not UTF-8", "half a surrogate", "UTF-16", "gzip", "empty", "text", "null", "NUL"]) data.Add(target, body);
        }
        return data;
    }

    /// <summary>10,000 levels; ten megabytes of commas; a million members; bytes that are none of JSON's.</summary>
    [Theory, MemberData(nameof(Bodies))]
    public async Task A_body_that_is_none_is_refused_in_little_memory(string target, string kind)
    {
        var before = await world.StateAsync();
        var body = Body(target, kind);
        var head = RequestWorld.Head(target, $"Content-Length: {body.Length}", kind == "gzip" ? "Content-Encoding: gzip" : "");

        var (answer, taken) = await Gauge.MeasureAsync(() => RawRequest.SendAsync(world.Server(target), head, body));

        Note($"{target}, {kind}", answer, taken);
        answer.Status.ShouldBeInRange(400, 499, answer.Text);
        answer.Text.Split("\r\n\r\n", 2)[1].ShouldNotBeEmpty("It says why.");
        taken.ShouldBeSoonAndIn(Gauge.Little);
        await world.ShouldStillBeAsync(before);
    }

    [Theory]
    [InlineData("two lengths", "Content-Length: 7\r\nContent-Length: 8", "{\"a\":1}", 400)]
    [InlineData("two lengths in one", "Content-Length: 7, 7", "{\"a\":1}", 400)]
    [InlineData("a length below nothing", "Content-Length: -1", "", 400)]
    [InlineData("a length beyond 64 bits", "Content-Length: 99999999999999999999", "", 400)]
    [InlineData("a length in hexadecimal", "Content-Length: 0x7", "{\"a\":1}", 400)]
    [InlineData("an encoding nobody knows", "Transfer-Encoding: xchunked", "7\r\n{\"a\":1}\r\n0\r\n\r\n", 400)]
    [InlineData("identity", "Transfer-Encoding: identity", "{\"a\":1}", 400)]
    [InlineData("chunked and then another", "Transfer-Encoding: chunked, identity", "7\r\n{\"a\":1}\r\n0\r\n\r\n", 400)]
    [InlineData("a space before the colon", "Transfer-Encoding : chunked", "7\r\n{\"a\":1}\r\n0\r\n\r\n", 400)]
    [InlineData("a folded header", "X-A: b\r\n c: d\r\nContent-Length: 7", "{\"a\":1}", 400)]
    [InlineData("a NUL in a header", "X-A: \0\r\nContent-Length: 7", "{\"a\":1}", 400)]
    [InlineData("two hosts", "Host: a\r\nContent-Length: 7", "{\"a\":1}", 400)]
    public async Task Framing_that_could_be_read_in_two_ways_is_refused(string what, string headers, string body, int status)
    {
        foreach (var target in RequestWorld.Targets)
        {
            var answer = await SendAsync(target, headers, body);
            answer.Status.ShouldBe(status, $"{what} at {target}: {answer.Text}");
        }
    }

    /// <summary>Kestrel reads them, as if they were written well: in one way, and nothing of the body is left over for another request.</summary>
    [Theory]
    [InlineData("Content-Length: +7")]
    [InlineData("X-A: b\nContent-Length: 7")]
    public async Task Framing_that_is_written_badly_has_one_reading(string headers)
    {
        foreach (var target in RequestWorld.Targets) (await SendAsync(target, headers, "{\"a\":1}")).Status.ShouldBeInRange(400, 499, target);
    }

    /// <summary>RFC 9112, section 6.3: the chunks count, and what the length says is nothing. Nothing behind them is another request.</summary>
    [Fact]
    public async Task Of_a_length_and_chunks_the_chunks_count()
    {
        foreach (var target in RequestWorld.Targets)
        {
            var answer = await SendAsync(target, "Content-Length: 4\r\nTransfer-Encoding: chunked", "1\r\n[\r\n0\r\n\r\n");
            answer.Status.ShouldBe(target == "media" ? 200 : 400, $"{target}: {answer.Text}");
        }
    }

    [Fact]
    public async Task A_body_shorter_than_it_says_is_none()
    {
        foreach (var target in RequestWorld.Targets)
        {
            var before = await world.StateAsync();
            var answer = await RawRequest.SendAsync(world.Server(target), RequestWorld.Head(target, "Content-Length: 100"), "{\"a\":1}"u8.ToArray(), hangUp: true);
            answer.Status.ShouldBeOneOf([0, 400], $"{target}: {answer.Text}");
            answer.Took.IsSoon.ShouldBeTrue($"{target}: {answer.Took}");
            await world.ShouldStillBeAsync(before);
        }
    }

    [Fact]
    public async Task Headers_and_lines_that_are_too_long_are_refused()
    {
        foreach (var target in RequestWorld.Targets)
        {
            (await SendAsync(target, "X-Long: " + new string('x', 100_000))).Status.ShouldBe(431, target);
            (await SendAsync(target, string.Join("\r\n", Enumerable.Range(0, 10_000).Select(i => $"X-{i}: y")))).Status.ShouldBe(431, target);
            var many = string.Join('&', Enumerable.Range(0, 100_000).Select(i => $"p{i.ToString(CultureInfo.InvariantCulture)}=1"));
            (await RawRequest.SendAsync(world.Server(target), RequestWorld.Head(target, "Content-Length: 0", query: many))).Status.ShouldBe(414, target);
        }
    }

    /// <summary>At all of them at once, since it is waiting.</summary>
    [Fact]
    public Task A_byte_a_second_is_cut_off() => Task.WhenAll(((string[])["event", "row", "publish"]).Select(CutOffAsync));

    private async Task CutOffAsync(string target)
    {
        var header = RawRequest.SendAsync(world.Hurry(target), RawRequest.Endless($"POST {RequestWorld.Path(target)} HTTP/1.1\r\nHost: x\r\nX-A: ", "x"u8.ToArray(), TimeSpan.FromSeconds(1)));
        var body = RawRequest.SendAsync(world.Hurry(target), RawRequest.Endless(RequestWorld.Head(target, "Content-Length: 1000"), " "u8.ToArray(), TimeSpan.FromSeconds(1)));
        var chunked = RawRequest.SendAsync(world.Hurry(target), RawRequest.Endless(RequestWorld.Head(target, "Transfer-Encoding: chunked"), "1\r\n \r\n"u8.ToArray(), TimeSpan.FromSeconds(1)));

        foreach (var (what, sent) in new[] { ("header", header), ("body", body), ("chunks", chunked) })
        {
            var answer = await sent;
            output.WriteLine($"{target}, {what}: {answer.Status} in {answer.Took}");
            answer.Status.ShouldBe(408, $"{target}, {what}: {answer.Text}");
            answer.Took.Clock.ShouldBeLessThan(TimeSpan.FromSeconds(target == "publish" ? 14 : 6), $"{target}, {what}");
        }
    }

    /// <summary>The README's figures.</summary>
    [Fact]
    public void A_function_waits_no_longer_than_it_says()
    {
        var limits = world.Function.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        limits.RequestHeadersTimeout.ShouldBe(TimeSpan.FromSeconds(10));
        limits.MinRequestBodyDataRate!.BytesPerSecond.ShouldBe(240);
        limits.MinRequestBodyDataRate.GracePeriod.ShouldBe(TimeSpan.FromSeconds(5));
        Patience.Headers.ShouldBe(limits.RequestHeadersTimeout);
    }

    private async Task<RawAnswer> SendAsync(string target, string headers, string body = "")
    {
        var answer = await RawRequest.SendAsync(world.Server(target), RequestWorld.Head(target, headers), Encoding.Latin1.GetBytes(body));
        answer.Took.IsSoon.ShouldBeTrue($"{target}: {headers[..Math.Min(headers.Length, 100)]}: {answer.Took}");
        return answer;
    }

    private void Note(string what, RawAnswer answer, Gauge taken) => output.WriteLine($"{what}: {answer.Status}, {answer.Sent >> 10} KiB sent, {taken}");

    private static byte[] Body(string target, string kind)
    {
        var (begin, end) = RequestWorld.Around(target);
        return kind switch
        {
            "deep arrays" => Text(new string('[', 10_000) + new string(']', 10_000)),
            "deep objects" => Text(string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000)),
            "deep in a member" => Text(begin + new string('[', 10_000) + new string(']', 10_000) + end),
            "commas" => Text(new string(',', 10_000_000 - 100)),
            "numbers" => Text(begin + "[0" + string.Concat(Enumerable.Repeat(",0", 4_999_900)) + "]" + end),
            "names" => Text(begin + "{" + string.Join(',', Enumerable.Range(0, 800_000).Select(i => $"\"{i:x}\":0")) + "}" + end),
            "not UTF-8" => [.. Text(begin), (byte)'"', 0xC0, 0xAF, 0xFF, (byte)'"', .. Text(end)],
            "half a surrogate" => Text(begin + "\"\\ud800\"" + end),
            "UTF-16" => Encoding.Unicode.GetBytes(begin + "1" + end),
            "gzip" => Gzip(new byte[100_000_000]),
            "empty" => [],
            "text" => Text("table=things&data=1"),
            "null" => Text("null"),
            _ => [0],
        };

        static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

        static byte[] Gzip(byte[] bytes)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
            return packed.ToArray();
        }
    }
}
