using System.Text;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rest.Writing;

/// <summary>Whatever the bytes of a body are: a clear answer, all of it or nothing, and the service goes on.</summary>
public sealed class BrokenBodyTests : IAsyncLifetime
{
    private const string Post = """[{"n":1,"word":"a\u00e9\n"},{"n":2,"other":[1,{"x":null}]}]""";
    private const string Bulk = """{"table":"notes","data":[{"n":1,"word":"b"},{"n":2}]}""";

    private WriteWorld _world = null!;

    public async Task InitializeAsync() => _world = await WriteWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_body_that_is_cut_anywhere_writes_nothing()
    {
        foreach (var (path, body) in ((string, string)[])[("/tables/notes/rows", Post), ("/bulk", Bulk)])
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            for (var length = 0; length < bytes.Length; length++) (await SendAsync(path, bytes[..length])).Status.ShouldBe(400, $"{path} {length}");
        }
        (await _world.CountAsync("shop.notes")).ShouldBe(0);
    }

    [Fact]
    public async Task A_body_with_changed_bytes_lands_as_it_is_answered()
    {
        const int seed = 815;
        var random = new Random(seed);
        var (landed, refused) = (0L, 0);
        for (var round = 0; round < 1000; round++)
        {
            var (path, body) = random.Next(2) == 0 ? ("/tables/notes/rows", Post) : ("/bulk", Bulk);
            var bytes = Encoding.UTF8.GetBytes(body);
            for (var changes = random.Next(1, 4); changes > 0; changes--) bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"\"{}[],:0n\\ "[random.Next(11)];
            var answer = await SendAsync(path, bytes);
            answer.Status.ShouldBeOneOf([200, 201, 400, 404, 422], $"seed {seed}, round {round}: {answer.Body}");
            if (answer.Status < 300) landed += (long)answer.Json["rows"]!["landed"]!;
            else refused++;
        }
        refused.ShouldBeGreaterThan(100);
        landed.ShouldBeGreaterThan(20);
        (await _world.CountAsync("shop.notes")).ShouldBe(landed);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public async Task Nested_without_end_it_is_refused_in_flat_memory(string open, string close)
    {
        var deep = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
        (await SendAsync("/tables/notes/rows", Encoding.UTF8.GetBytes(deep))).Status.ShouldBe(400);
        (await SendAsync("/tables/notes/rows", Encoding.UTF8.GetBytes($$"""{"n":1,"x":{{string.Concat(Enumerable.Repeat("[", 66))}}{{string.Concat(Enumerable.Repeat("]", 66))}}}"""))).Status.ShouldBe(422);
    }

    private async Task<WriteWorld.Answered> SendAsync(string path, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } } };
        return await _world.SendAsync(request);
    }
}
