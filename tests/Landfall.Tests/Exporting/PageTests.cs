using System.Text;
using System.Text.Json.Nodes;
using Landfall.Local.Bloomreach;
using Landfall.Runs;
using Landfall.Tests.Local.Storage;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Exporting;

/// <summary>What a tick publishes.</summary>
public sealed class PageTests(StorageServer storage) : IClassFixture<StorageServer>
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(19, 1, 19)]
    [InlineData(20, 1, 20)]
    [InlineData(21, 2, 1)]
    [InlineData(40, 2, 20)]
    [InlineData(45, 3, 5)]
    [InlineData(2041, 103, 1)]
    public async Task A_run_has_the_right_pages_and_one_complete(int customers, int pages, int last)
    {
        await using var world = await ExportWorld.CreateAsync(storage, customers);
        await world.TickAsync();

        var made = (await world.ObjectsAsync()).ShouldHaveSingleItem();
        made.Name.ShouldBe($"customers/{ExportWorld.Run}.json");
        var messages = world.Published.ToArray();
        messages.ShouldAllBe(message => message.Contract == "customers" && message.Run == ExportWorld.Run && message.Generation == made.Generation && message.At == new DateTimeOffset(2024, 1, 5, 6, 0, 0, TimeSpan.Zero));
        var complete = messages[^1].ShouldBeOfType<CompleteMessage>("the last message");
        (complete.Pages, complete.Rows).ShouldBe((pages, customers));
        var published = messages[..^1].Cast<PageMessage>().ToArray();
        published.Select(page => page.Page).ShouldBe(Enumerable.Range(1, pages));
        published.ShouldAllBe(page => page.Columns.SequenceEqual(new[] { "registered", "cookie", "first_name", "last_name", "email", "company", "employees", "country" }));
        published.SkipLast(1).ShouldAllBe(page => page.Rows.Count == 20);
        if (pages > 0) published[^1].Rows.Count.ShouldBe(last);
        published.SelectMany(page => page.Rows).Select(row => (string?)JsonNode.Parse(row.Span)![0]).ShouldBe(Enumerable.Range(1, customers).Select(StandInCustomers.Registered));
        world.Bloomreach.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_tick_twice_publishes_the_same_and_exports_once()
    {
        await using var world = await ExportWorld.CreateAsync(storage, 45);
        await world.TickAsync();
        await world.TickAsync();
        var texts = world.Texts.ToArray();
        texts.Length.ShouldBe(8);
        texts[4..].ShouldBe(texts[..4]);
        world.Bloomreach.Requests.ShouldBe(1);
        await world.TickAsync("2024-01-06T06:00:00.25Z");
        (await world.ObjectsAsync()).Select(one => one.Name).ShouldBe([$"customers/{ExportWorld.Run}.json", "customers/customers-20240106T060000.25Z.json"]);
        world.Bloomreach.Requests.ShouldBe(2);
    }

    [Fact]
    public async Task Two_ticks_at_once_are_one_run()
    {
        await using var world = await ExportWorld.CreateAsync(storage, 45);
        var both = new CountdownEvent(2);
        var met = new TaskCompletionSource();
        world.Bloomreach.Fault = _ =>
        {
            if (both.Signal()) met.SetResult();
            met.Task.Wait(TimeSpan.FromSeconds(20)).ShouldBeTrue();
            return null;
        };
        await Task.WhenAll(world.TickAsync(), world.TickAsync());
        (await world.ObjectsAsync()).ShouldHaveSingleItem();
        world.Texts.Count.ShouldBe(8);
        world.Texts.Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public async Task Bloomreach_is_asked_for_the_tick_s_instant_and_answered_byte_for_byte()
    {
        await using var world = await ExportWorld.CreateAsync(storage, 0);
        string? asked = null;
        const string Body = """ {"a":[{"b":[1]}],"header":["x"] , "success" : true,"rows":[ [ "\u00e9" ] ,[2.50]],"z":{} }   """;
        world.Answer = async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            asked = $"{context.Request.Method} {context.Request.Path} {context.Request.ContentType} {context.Request.Headers.Authorization} {await reader.ReadToEndAsync()}";
            await context.Response.WriteAsync(Body);
        };
        await world.TickAsync();
        asked.ShouldBe($$"""POST /bloomreach/data/v2/projects/local-project/customers/export application/json Basic {{Convert.ToBase64String("local-key:local-secret"u8)}} {"format":"table_json","execution_time":1704434400}""");
        Encoding.UTF8.GetString(await world.ReadAsync()).ShouldBe(Body);
        Rows(world).ShouldBe(["[ \"\\u00e9\" ]", "[2.50]"]);
    }

    [Theory]
    [InlineData("""{"success":true,"fields":[{"id":"registered","type":"id"},{"property":"first name","type":"property"},{"type":"consent","category":"mail"}],"data":[["a","b",true]]}""", "registered|first name|mail")]
    [InlineData("""{"data":[["a"]],"success":true,"fields":[{"id":"registered","type":"id"}]}""", "registered")]
    [InlineData("""{"rows":[["a"]],"header":["registered"],"success":true}""", "registered")]
    [InlineData("""{"header":["registered"],"rows":[["a"]],"success":true,"more":[[{"rows":[]}]],"error":null,"errors":[]}""", "registered")]
    public async Task Both_formats_are_read_in_any_order(string body, string columns)
    {
        await using var world = await ExportWorld.CreateAsync(storage, 0);
        world.Serve(body);
        await world.TickAsync();
        string.Join('|', world.Published.First().ShouldBeOfType<PageMessage>().Columns).ShouldBe(columns);
        Rows(world).ShouldHaveSingleItem().ShouldStartWith("[\"a\"");
    }

    [Fact]
    public async Task A_row_that_is_none_is_published_for_the_consumer_to_refuse()
    {
        await using var world = await ExportWorld.CreateAsync(storage, 0);
        string[] odd = ["[]", "[\"a\",1,2]", "null", "{\"registered\":\"a\"}", "\"a\"", "1e999", "[\"\\ud800\",1]", "[[[[]]],{\"a\":{\"b\":null}}]"];
        world.Serve($$"""{"success":true,"header":["a","b"],"rows":[{{string.Join(',', odd)}}]}""");
        await world.TickAsync();
        Rows(world).ShouldBe(odd);
    }

    [Fact]
    public async Task Long_rows_make_pages_of_fewer_rows()
    {
        await using var world = await ExportWorld.CreateAsync(storage, 0);
        var row = $"[\"{new string('x', 300_000)}\"]";
        world.Serve($$"""{"success":true,"header":["a"],"rows":[{{string.Join(',', Enumerable.Repeat(row, 10))}},["{{new string('y', 4_000_000)}}"],[1]]}""");
        await world.TickAsync();
        world.Published.OfType<PageMessage>().Select(page => page.Rows.Count).ShouldBe([3, 3, 3, 1, 1, 1]);
        world.Published.OfType<CompleteMessage>().ShouldHaveSingleItem().Rows.ShouldBe(12);
    }

    private static List<string> Rows(ExportWorld world) => [.. world.Published.OfType<PageMessage>().SelectMany(page => page.Rows).Select(row => Encoding.UTF8.GetString(row.Span))];
}
