using System.Net;
using System.Text;
using System.Text.Json;
using Landfall.Tests.Contracts;
using Landfall.Tests.Landings;
using Landfall.Tests.Reports;
using Landfall.Tests.Rest;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Attacks;

/// <summary>
/// 500 names that are none, wherever a server takes a name: each is refused by whoever is asked, with words, or is taken as a name and nothing else. None is a fault of the server's, none reaches SQL,
/// and of the database nothing changes that was not meant.
/// </summary>
[Collection(nameof(Alone))]
public sealed class IdentifierTests(ITestOutputHelper output)
{
    /// <summary>As a column that no contract knows: the file is refused, and names it, or the column is passed over. A table gets no column by it.</summary>
    [Fact]
    public async Task Of_a_file_headers_are_passed_over_or_refused()
    {
        using var contracts = new ContractFolder()
            .With("strict", ContractFolder.Plain("strict"))
            .With("loose", ContractFolder.Plain("loose").Replace("value: { ", "value: { unknownColumns: discard, ", StringComparison.Ordinal));
        await using var world = await LandingWorld.CreateAsync(contracts.Path);
        foreach (var id in (string[])["strict", "loose"]) (await LandAsync(world, $"t/{id}_20200101.csv", "id\n1\n")).Outcome.ShouldBe("landed");
        var before = await Footprint.TakeAsync(world.Database.DataSource);
        var (slowest, refused, landed) = (TimeSpan.Zero, 0, 0);
        var (date, row) = (new DateOnly(2020, 1, 2), 1);
        foreach (var payload in Payloads.All)
        {
            var csv = $"id,\"{payload.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n{++row},2\n";
            date = date.AddDays(1);
            foreach (var (id, expected) in new[] { ("strict", "refused"), ("loose", "landed") })
            {
                var start = Pace.Now;
                var receipt = await LandAsync(world, $"t/{id}_{date:yyyyMMdd}.csv", csv);
                var took = Pace.Now - start;
                slowest = took.Clock > slowest ? took.Clock : slowest;
                took.IsSoon.ShouldBeTrue($"{Payloads.Shown(payload)}: {took}");
                // What no text can be is refused whoever reads it.
                if (receipt.Outcome != expected) receipt.Outcome.ShouldBe("refused", $"{id}: {Payloads.Shown(payload)}: {receipt.Reason}");
                _ = receipt.Outcome == "refused" ? refused++ : landed++;
            }
        }
        output.WriteLine($"{refused} refused, {landed} landed, the slowest in {slowest.TotalMilliseconds:0} ms");
        refused.ShouldBeInRange(500, 600);
        before.ReshapedTo(await Footprint.TakeAsync(world.Database.DataSource)).ShouldBeEmpty();
    }

    /// <summary>As what an object is called: nobody claims it, or its landing ends as any does.</summary>
    [Fact]
    public async Task Of_objects_names_are_nobodys()
    {
        using var contracts = new ContractFolder().With("things");
        await using var world = await LandingWorld.CreateAsync(contracts.Path);
        (await LandAsync(world, "t/things_20200101.csv", "id\n1\n")).Outcome.ShouldBe("landed");
        var before = await Footprint.TakeAsync(world.Database.DataSource, IsStorage);
        var (unclaimed, nameless) = (0, 0);
        foreach (var payload in Payloads.All)
        {
            foreach (var name in (string[])[payload, $"t/things_{payload}.csv", $"t/{payload}_20200101.csv", $"t/things_20200101.csv{payload}"])
            {
                if (name == "t/things_20200101.csv") continue;
                // These no object has; the storage says so.
                if (name.AsSpan().IndexOfAny('\0', '\n') >= 0)
                {
                    nameless++;
                    continue;
                }
                var start = Pace.Now;
                (await LandAsync(world, name, "id\n2\n")).Outcome.ShouldBe("unclaimed", Payloads.Shown(name));
                (Pace.Now - start).IsSoon.ShouldBeTrue(Payloads.Shown(name));
                unclaimed++;
            }
        }
        output.WriteLine($"{unclaimed} unclaimed, {nameless} can be no object");
        before.ChangedTo(await Footprint.TakeAsync(world.Database.DataSource, IsStorage)).ShouldBeEmpty();

        static bool IsStorage(string table) => table is "local_storage.objects" or "local_storage.buckets" or "local_storage.generations";
    }

    /// <summary>As every part of a request to the API that names something.</summary>
    [Fact]
    public async Task Of_requests_parameters_are_values_or_refused()
    {
        await using var world = await ApiWorld.StartAsync(settings => settings with { ApiRate = 1_000_000 });
        await world.Database.ExecuteAsync("INSERT INTO lab.things (id, label) SELECT g, 'row' FROM generate_series(1, 50) g; INSERT INTO lab.pairs (a, b) VALUES ('a', 1)");
        var before = await Footprint.TakeAsync(world.Database.DataSource, IsOurs);
        await AskAsync(world.Client,
        [
            "/tables/{0}", "/tables/{0}/rows", "/tables/lab.{0}/rows", "/tables/things/rows/{0}", "/tables/pairs/rows/{0},1", "/tables/things/rows?order={0}", "/tables/things/rows?order=id.{0}", "/tables/things/rows?select={0}",
            "/tables/things/rows?{0}=eq.1", "/tables/things/rows?label={0}", "/tables/things/rows?label=eq.{0}", "/tables/things/rows?label=like.{0}", "/tables/things/rows?label=in.({0})", "/tables/things/rows?extra=eq.{0}",
            "/tables/things/rows?limit={0}", "/tables/things/rows?cursor={0}", "/tables/things/rows?count={0}", "/{0}", "DELETE /tables/pairs/rows/{0},1", "DELETE /tables/{0}/rows/1", "/tables/pairs/rows/{0},2?select=a",
        ]);
        foreach (var payload in Payloads.All)
        {
            var name = JsonSerializer.Serialize(payload);
            await RefusedAsync(world.Client, HttpMethod.Post, "/bulk", $"{{\"table\":{name},\"data\":[{{\"id\":1}}]}}", payload);
            await RefusedAsync(world.Client, HttpMethod.Post, "/tables/things/rows", $"{{\"id\":99,{name}:1}}", payload);
            await RefusedAsync(world.Client, HttpMethod.Patch, "/tables/things/rows/1", $"{{{name}:1}}", payload);
        }
        before.ChangedTo(await Footprint.TakeAsync(world.Database.DataSource, IsOurs)).ShouldBeEmpty();
        world.Lines.Text.ShouldNotContain("syntax error");

        // The first refused row makes Landfall's own tables, and they keep it.
        static bool IsOurs(string table) => table.StartsWith("landfall.", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_reports_parameters_are_values_or_refused()
    {
        await using var world = await ReportWorld.CreateAsync(change: settings => settings with { ApiRate = 1_000_000 });
        await world.LandAsync("id,department\n1,Sales\n", "id,job\n1,Clerk\n", "id,name,datetime,department_id,job_id\n1,Ana,2021-01-01T00:00:00Z,1,1\n");
        var before = await Footprint.TakeAsync(world.Database.DataSource);
        await AskAsync(world.Api, ["/hires_q?year={0}", "/hires_depa?year={0}", "/hires_q?{0}=2021", "/reports/{0}", "/hires_q?year=2021&{0}={0}"]);
        foreach (var payload in Payloads.All)
        {
            var name = JsonSerializer.Serialize(payload);
            await RefusedAsync(world.Publish, HttpMethod.Post, "/publish", $"{{\"report\":{name}}}", payload);
            await RefusedAsync(world.Publish, HttpMethod.Post, "/publish", $"{{\"report\":\"hires_q\",\"parameters\":{{\"year\":{name}}}}}", payload);
            await RefusedAsync(world.Publish, HttpMethod.Post, "/publish", $"{{\"report\":\"hires_q\",\"parameters\":{{{name}:2021}}}}", payload);
        }
        before.ChangedTo(await Footprint.TakeAsync(world.Database.DataSource)).ShouldBeEmpty();
    }

    private static async Task<Landfall.Landings.Receipt> LandAsync(LandingWorld world, string name, string csv) =>
        await world.Lander.LandAsync(await world.DropAsync("drop-zone", name, Encoding.UTF8.GetBytes(csv)), default);

    /// <summary>Every form with every payload in it, percent-encoded.</summary>
    private async Task AskAsync(HttpClient client, string[] forms)
    {
        var (slowest, counts) = (TimeSpan.Zero, new SortedDictionary<int, int>());
        foreach (var form in forms)
        {
            var method = form.StartsWith("DELETE ", StringComparison.Ordinal) ? HttpMethod.Delete : HttpMethod.Get;
            var path = form[(form.IndexOf('/', StringComparison.Ordinal))..];
            foreach (var payload in Payloads.All)
            {
                using var request = new HttpRequestMessage(method, new Uri(path.Replace("{0}", Uri.EscapeDataString(payload), StringComparison.Ordinal), UriKind.Relative));
                var start = Pace.Now;
                using var response = await client.SendAsync(request);
                var took = Pace.Now - start;
                slowest = took.Clock > slowest ? took.Clock : slowest;
                took.IsSoon.ShouldBeTrue($"{form}: {Payloads.Shown(payload)}: {took}");
                var text = await response.Content.ReadAsStringAsync();
                ((int)response.StatusCode).ShouldBeLessThan(500, $"{form}: {Payloads.Shown(payload)}: {text}");
                // A NUL in a path, and not in a query, is refused by Kestrel before anybody is asked.
                if (text.Length == 0 && response.StatusCode == HttpStatusCode.BadRequest) payload.ShouldContain('\0', form);
                else if (response.StatusCode >= HttpStatusCode.BadRequest) JsonDocument.Parse(text).RootElement.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
                counts[(int)response.StatusCode] = counts.GetValueOrDefault((int)response.StatusCode) + 1;
            }
        }
        output.WriteLine($"{string.Join(", ", counts.Select(count => $"{count.Value} times {count.Key}"))}, the slowest in {slowest.TotalMilliseconds:0} ms");
    }

    private static async Task RefusedAsync(HttpClient client, HttpMethod method, string path, string body, string payload)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBeInRange(400, 499, $"{path}: {Payloads.Shown(payload)}: {text}");
        JsonDocument.Parse(text).RootElement.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
    }
}
