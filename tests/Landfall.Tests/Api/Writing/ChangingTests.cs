using Shouldly;
using Xunit;

namespace Landfall.Tests.Rest.Writing;

/// <summary><c>PUT</c>, <c>PATCH</c> and <c>DELETE</c> of one row.</summary>
public sealed class ChangingTests : IAsyncLifetime
{
    private const string Row = "/tables/things/rows/1";

    private WriteWorld _world = null!;

    public async Task InitializeAsync() => _world = await WriteWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Put_makes_a_row_and_then_replaces_it()
    {
        var made = await PutAsync("""{"code":"A","label":"first","price":5}""");
        var replaced = await PutAsync("""{"id":1,"code":"B"}""");
        var read = await _world.SendAsync(HttpMethod.Get, Row, null);

        (made.Status, made.Headers["Location"]).ShouldBe((201, "/tables/shop.things/rows/1"));
        (replaced.Status, replaced.Body).ShouldBe((204, ""));
        replaced.Headers["ETag"].ShouldBe(read.Headers["ETag"]);
        replaced.Headers["ETag"].ShouldNotBe(made.Headers["ETag"]);
        (await _world.RowsAsync("SELECT id, code, label, price FROM shop.things")).ShouldBe(["1|B|∅|∅"]);
        (await _world.RowsAsync("SELECT rows_read, rows_landed FROM landfall.landings")).ShouldBe(["1|1", "1|1"]);
        (await _world.RowsAsync("SELECT count(*) FROM shop.things t JOIN landfall.landings l ON l.landing_id = t._landing_id WHERE l.identity LIKE 'api/shop.things/%'")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Patch_changes_what_it_names()
    {
        await PutAsync("""{"code":"A","label":"first","price":5,"extra":{"a":1,"b":2}}""");

        var patched = await PatchAsync("""{"label":null,"price":7.25,"extra":{"c":3},"zip":"7"}""", "Prefer: return=representation");

        patched.Status.ShouldBe(200, patched.Body);
        (patched.Json["code"]!.ToString(), patched.Json["label"], patched.Json["price"]!.ToString(), patched.Json["extra"]!.ToJsonString(), patched.Json["zip"]!.ToString()).ShouldBe(("A", null, "7.25", """{"c":3}""", "00007"));
        (await _world.SendAsync(HttpMethod.Get, Row, null)).Body.ShouldBe(patched.Body);
    }

    [Theory]
    [InlineData("""{"price":0}""", 422, "0 price exclusiveMinimum")]
    [InlineData("""{"code":null}""", 422, "0 code required")]
    [InlineData("""{"id":2}""", 422, "0 id primaryKey")]
    [InlineData("""{"label":"fine","nothing":1}""", 422, "0 nothing columns")]
    [InlineData("""{"nothing":1}""", 422, "0 nothing columns")]
    [InlineData("""{"code":"Z"}""", 409, "0 code unique")]
    [InlineData("""{}""", 400, null)]
    [InlineData("""{"id":1}""", 400, null)]
    [InlineData("""[{"label":"xx"}]""", 400, null)]
    public async Task A_bad_patch_changes_nothing(string body, int status, string? reject)
    {
        await PutAsync("""{"code":"A","label":"first"}""");
        await _world.PostAsync("things", """{"id":9,"code":"Z"}""");

        var answer = await PatchAsync(body);

        answer.Status.ShouldBe(status, answer.Body);
        if (reject is not null) answer.Rejects.ShouldBe([reject]);
        (await _world.RowsAsync("SELECT code, label FROM shop.things WHERE id = 1")).ShouldBe(["A|first"]);
        (await _world.CountAsync("landfall.rejects")).ShouldBe(reject is null ? 0 : 1);
    }

    [Fact]
    public async Task What_is_not_there_is_neither_changed_nor_deleted()
    {
        (await PatchAsync("""{"label":"xx"}""")).Status.ShouldBe(404);
        (await DeleteAsync()).Status.ShouldBe(404);
        (await PatchAsync("""{"label":"xx"}""", "If-Match: *")).Status.ShouldBe(412);
        (await PutAsync("""{"code":"A"}""", "If-Match: *")).Status.ShouldBe(412);
        (await _world.CountAsync("shop.things")).ShouldBe(0);
        (await _world.CountAsync("landfall.landings")).ShouldBe(0);
    }

    [Fact]
    public async Task A_row_that_has_changed_is_not_written_over()
    {
        var first = await PutAsync("""{"code":"A"}""");
        var stale = $"If-Match: {first.Headers["ETag"]}";
        var second = await PatchAsync("""{"label":"new"}""", stale);

        foreach (var answer in (WriteWorld.Answered[])[await PatchAsync("""{"label":"mine"}""", stale), await PutAsync("""{"code":"B"}""", stale), await DeleteAsync(stale), await DeleteAsync("If-Match: W/" + second.Headers["ETag"])])
            answer.Status.ShouldBe(412, answer.Body);
        (await PutAsync("""{"code":"B"}""", "If-None-Match: *")).Status.ShouldBe(412);
        (await PutAsync("""{"code":"B"}""", "If-Match: what")).Status.ShouldBe(400);

        (await _world.RowsAsync("SELECT code, label FROM shop.things")).ShouldBe(["A|new"]);
        (await DeleteAsync($"If-Match: \"zzz\", {second.Headers["ETag"]}")).Status.ShouldBe(204);
        (await PutAsync("""{"code":"B"}""", "If-None-Match: *")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Of_patches_at_once_with_one_ETag_exactly_one_wins()
    {
        for (var round = 0; round < 10; round++)
        {
            var tag = (await PutAsync("""{"code":"A"}""")).Headers["ETag"];

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => PatchAsync($$"""{"label":"from {{i}}"}""", $"If-Match: {tag}")));

            answers.Select(a => a.Status).Order().ShouldBe([204, 412, 412, 412, 412, 412, 412, 412]);
            var winner = Array.FindIndex(answers, a => a.Status == 204);
            (await _world.RowsAsync("SELECT label FROM shop.things")).ShouldBe([$"from {winner}"]);
        }
    }

    [Fact]
    public async Task A_row_that_others_refer_to_stays()
    {
        await _world.PostAsync("departments", """[{"id":1,"department":"Sales"},{"id":2,"department":"Legal"}]""");
        await _world.PostAsync("jobs", """{"id":1,"job":"Clerk"}""");
        var hires = string.Join(',', Enumerable.Range(1, 7).Select(i => $$"""{"id":{{i}},"name":"n","datetime":"2021-01-01T00:00:00Z","department_id":1,"job_id":1}"""));
        await _world.PostAsync("hired_employees", $"[{hires}]");

        var kept = await _world.SendAsync(HttpMethod.Delete, "/tables/departments/rows/1", null);
        var gone = await _world.SendAsync(HttpMethod.Delete, "/tables/departments/rows/2", null, "Prefer: return=representation");

        kept.Status.ShouldBe(409, kept.Body);
        kept.Json["references"]!.ToJsonString().ShouldBe("""[{"table":"hiring.hired_employees","column":"department_id","rows":7,"some":["1","2","3","4","5"]}]""");
        (gone.Status, gone.Body).ShouldBe((200, """{"id":2,"department":"Legal"}"""));
        (await _world.RowsAsync("SELECT id FROM hiring.departments")).ShouldBe(["1"]);
        (await _world.SendAsync(HttpMethod.Patch, "/tables/hired_employees/rows/3", """{"department_id":99}""")).Rejects.ShouldBe(["0 department_id relationships"]);
    }

    [Fact]
    public async Task Keys_of_several_columns_stand_in_the_path()
    {
        var path = $"/tables/pairs/rows/{Uri.EscapeDataString("a, b/ü%")},2024-01-05T06:00:00Z";

        (await _world.SendAsync(HttpMethod.Put, path, """{"c":"x"}""")).ToString().ShouldStartWith("201");
        (await _world.SendAsync(HttpMethod.Put, path, """{"a":"a, b/ü%","b":"2024-01-05T07:00:00+01:00","c":"y"}""")).ToString().ShouldStartWith("204");
        (await _world.SendAsync(HttpMethod.Put, path, """{"a":"another","c":"z"}""")).Rejects.ShouldBe(["0 a primaryKey"]);

        (await _world.SendAsync(HttpMethod.Get, path, null)).Body.ShouldBe("""{"a":"a, b/ü%","b":"2024-01-05T06:00:00Z","c":"y"}""");
        (await _world.SendAsync(HttpMethod.Delete, path, null)).Status.ShouldBe(204);
        (await _world.SendAsync(HttpMethod.Delete, "/tables/notes/rows/1", null)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        await PutAsync("""{"code":"A"}""");

        var patched = await PatchAsync("""{"label":"other"}""", "Prefer: tx=rollback, return=representation");
        var deleted = await DeleteAsync("Prefer: tx=rollback");

        (patched.Status, patched.Json["label"]!.ToString(), patched.Headers["Preference-Applied"]).ShouldBe((200, "other", "tx=rollback, return=representation"));
        deleted.Status.ShouldBe(204);
        (await _world.RowsAsync("SELECT code, label FROM shop.things")).ShouldBe(["A|∅"]);
        (await _world.CountAsync("landfall.landings")).ShouldBe(1);
    }

    private Task<WriteWorld.Answered> PutAsync(string body, params string[] headers) => _world.SendAsync(HttpMethod.Put, Row, body, headers);

    private Task<WriteWorld.Answered> PatchAsync(string body, params string[] headers) => _world.SendAsync(HttpMethod.Patch, Row, body, headers);

    private Task<WriteWorld.Answered> DeleteAsync(params string[] headers) => _world.SendAsync(HttpMethod.Delete, Row, null, headers);
}
