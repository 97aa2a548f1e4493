using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rest.Writing;

/// <summary>A request is carried out once, whatever becomes of its answers.</summary>
public sealed class IdempotencyTests : IAsyncLifetime
{
    private const string Key = "Idempotency-Key: 8e03978e-40d5-43dd-bc93-6894a57f9324";

    private WriteWorld _world = null!;

    public async Task InitializeAsync() => _world = await WriteWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_request_that_comes_again_hears_the_same_answer()
    {
        foreach (var send in (Func<string, Task<WriteWorld.Answered>>[])
        [
            key => _world.PostAsync("notes", """{"n":1,"word":"é"}""", $"{key}1", "Prefer: return=representation"),
            key => _world.PostAsync("notes", """[{"n":2},{"n":"x"}]""", $"{key}2"),
            key => _world.BulkAsync("notes", """[{"n":3},{"n":"x"}]""", $"{key}3"),
            key => _world.SendAsync(HttpMethod.Put, "/tables/things/rows/1", """{"code":"A"}""", $"{key}4"),
            key => _world.SendAsync(HttpMethod.Patch, "/tables/things/rows/1", """{"label":"two"}""", $"{key}5"),
            key => _world.SendAsync(HttpMethod.Delete, "/tables/things/rows/1", null, $"{key}6"),
        ])
        {
            var (first, again) = (await send(Key), await send(Key));

            first.Status.ShouldBeLessThan(500, first.Body);
            again.Status.ShouldBe(first.Status, again.Body);
            again.Body.ShouldBe(first.Body);
            first.Headers.ContainsKey("Idempotent-Replayed").ShouldBeFalse();
            again.Headers["Idempotent-Replayed"].ShouldBe("true");
            foreach (var header in (string[])["Content-Type", "ETag", "Location", "Preference-Applied"]) again.Headers.GetValueOrDefault(header).ShouldBe(first.Headers.GetValueOrDefault(header), header);
        }
        (await _world.RowsAsync("SELECT n FROM shop.notes ORDER BY n")).ShouldBe(["1", "3"]);
        (await _world.CountAsync("landfall.landings")).ShouldBe(5);
        (await _world.CountAsync("landfall.rejects")).ShouldBe(2);
        (await _world.CountAsync("landfall.requests")).ShouldBe(6);
    }

    [Fact]
    public async Task Another_request_with_the_same_key_is_refused()
    {
        await _world.PostAsync("notes", """{"n":1}""", Key);

        (await _world.PostAsync("notes", """{"n":2}""", Key)).Status.ShouldBe(422);
        (await _world.PostAsync("things", """{"n":1}""", Key)).Status.ShouldBe(422);
        (await _world.PostAsync("notes", """{"n":1}""", Key, "Prefer: return=minimal")).Status.ShouldBe(422);
        (await _world.PostAsync("notes", """{"n":3}""", Key.Replace(": ", ": \"", StringComparison.Ordinal) + "\"")).Status.ShouldBe(422);
        (await _world.CountAsync("shop.notes")).ShouldBe(1);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("\"")]
    [InlineData("\"a\"b\"")]
    public async Task What_is_no_key_is_refused(string key) => (await _world.PostAsync("notes", """{"n":1}""", $"Idempotency-Key: {key}")).Status.ShouldBe(400);

    [Fact]
    public async Task While_the_first_is_under_way_the_second_is_told_to_wait()
    {
        await _world.PostAsync("notes", """{"n":0}""");
        await using var other = await _world.Database.DataSource.OpenConnectionAsync();
        await using var landing = await other.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("SELECT 1 FROM landfall.heads WHERE contract = 'notes' FOR UPDATE", other, landing)) await hold.ExecuteNonQueryAsync();

        var first = _world.PostAsync("notes", """{"n":1}""", Key);
        await Until.TrueAsync(async () => await _world.CountAsync("pg_locks", "NOT granted") > 0, "the first one waits");
        var second = await _world.PostAsync("notes", """{"n":1}""", Key);
        await landing.CommitAsync();

        (second.Status, second.Headers["Retry-After"]).ShouldBe((409, "1"));
        (await first).Status.ShouldBe(201);
        (await _world.PostAsync("notes", """{"n":1}""", Key)).Headers["Idempotent-Replayed"].ShouldBe("true");
        (await _world.CountAsync("shop.notes", "n = 1")).ShouldBe(1);
    }

    [Fact]
    public async Task However_often_it_is_sent_at_once_it_is_done_once()
    {
        var done = 0;
        for (var round = 0; round < 10; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _world.PostAsync("notes", $$"""{"n":{{round}}}""", $"{Key}-{round}")));
            answers.ShouldAllBe(a => a.Status == 201 || a.Status == 409);
            done += answers.Count(a => a.Status == 201 && !a.Headers.ContainsKey("Idempotent-Replayed"));
        }
        done.ShouldBe(10);
        (await _world.RowsAsync("SELECT count(*), count(DISTINCT n) FROM shop.notes")).ShouldBe(["10|10"]);
    }

    [Fact]
    public async Task Answers_go_when_their_day_is_over_and_nothing_is_done_twice_even_then()
    {
        for (var i = 0; i < 15; i++) await _world.PostAsync("notes", $$"""{"n":{{i}}}""", $"{Key}{i}");
        await _world.Database.ExecuteAsync("UPDATE landfall.requests SET created_at = created_at - interval '25 hours'");
        await _world.PostAsync("notes", """{"n":100}""", $"{Key}new");
        await _world.PostAsync("notes", """{"n":101}""", $"{Key}newer");

        (await _world.CountAsync("landfall.requests")).ShouldBe(2);
        var again = await _world.PostAsync("notes", """{"n":3}""", $"{Key}3");
        again.Status.ShouldBe(409, again.Body);
        (await _world.PostAsync("notes", """{"n":33}""", $"{Key}3")).Status.ShouldBe(201);
        (await _world.CountAsync("shop.notes")).ShouldBe(18);
    }

    [Fact]
    public async Task A_connection_that_breaks_within_the_body_writes_nothing()
    {
        var body = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, 900).Select(n => $$"""{"n":{{n}}}"""))}]");
        foreach (var sent in (int[])[0, 1, body.Length / 2, body.Length - 1])
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, _world.Client.BaseAddress!.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"POST /tables/notes/rows HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"));
            await socket.SendAsync(body.AsMemory(0, sent));
            socket.Close(0);
        }
        (await _world.PostAsync("notes", """{"n":-1}""")).Status.ShouldBe(201);
        (await _world.CountAsync("shop.notes")).ShouldBe(1);
    }
}
