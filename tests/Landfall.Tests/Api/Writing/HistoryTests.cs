using System.Globalization;
using System.Text.Json.Nodes;
using Landfall.Contracts;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Hosting;
using Landfall.Tests.Suites;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rest.Writing;

/// <summary>Whatever is written over HTTP and dropped as files, in whatever order: the table ends as a model says in a few lines.</summary>
public sealed class HistoryTests
{
    private readonly Dictionary<int, (string Name, long Order)> _model = [];
    private readonly List<string> _steps = [];
    private DateTimeOffset _now;
    private int _files;

    [Fact]
    public async Task Requests_and_files_in_any_order_end_as_the_model()
    {
        var clock = new ManualTime();
        await using var world = await WriteWorld.StartAsync(services: services => services.AddSingleton<TimeProvider>(clock));
        using var sink = new PostgresSink(world.Database.DataSource, id => world.Contracts[id], TimeSpan.FromMinutes(10));
        var harness = new SinkHarness(sink);
        var contract = world.Contracts[Identifier.Parse("departments")];
        var seed = Environment.GetEnvironmentVariable("TESTS_SEED") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 20240105;
        var random = new Random(seed);
        var done = new Dictionary<string, int>();
        for (var step = 0; step < 400; step++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            _now = clock.GetUtcNow();
            var what = await StepAsync(world, harness, contract, random, step);
            done[what] = done.GetValueOrDefault(what) + 1;
            var rows = await world.RowsAsync("SELECT id, department, _order FROM hiring.departments ORDER BY id");
            rows.ShouldBe(_model.OrderBy(m => m.Key).Select(m => $"{m.Key}|{m.Value.Name}|{m.Value.Order}"), $"seed {seed}: {string.Join("; ", _steps.TakeLast(12))}");
        }
        foreach (var what in (string[])["201", "409", "204", "404", "200", "file", "older"]) done.GetValueOrDefault(what).ShouldBeGreaterThan(5, $"seed {seed}: {string.Join(' ', done)}");
        (await world.CountAsync("hiring.departments", "NOT EXISTS (SELECT 1 FROM landfall.landings l WHERE l.landing_id = _landing_id)")).ShouldBe(0);
    }

    /// <summary>Of today and now.</summary>
    private long Now => Folded(0);

    private long Folded(int days) =>
        ((long)(DateOnly.FromDateTime(_now.UtcDateTime).DayNumber + days - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) << 47) | _now.ToUnixTimeMilliseconds();

    private async Task<string> StepAsync(WriteWorld world, SinkHarness harness, Contract contract, Random random, int step)
    {
        var (id, name) = (random.Next(1, 9), $"n{step}");
        var path = $"/tables/departments/rows/{id}";
        WriteWorld.Answered answer;
        switch (random.Next(7))
        {
            case 0:
                answer = await world.PostAsync("departments", $$"""{"id":{{id}},"department":"{{name}}"}""");
                if (_model.TryAdd(id, (name, Now))) answer.Status.ShouldBe(201);
                else answer.Status.ShouldBe(409);
                break;
            case 1:
                answer = await world.SendAsync(HttpMethod.Put, path, $$"""{"department":"{{name}}"}""");
                answer.Status.ShouldBe(_model.ContainsKey(id) ? 204 : 201);
                Write(id, name);
                break;
            case 2:
                answer = await world.SendAsync(HttpMethod.Patch, path, $$"""{"department":"{{name}}"}""");
                answer.Status.ShouldBe(_model.ContainsKey(id) ? 204 : 404);
                if (_model.ContainsKey(id)) Write(id, name);
                break;
            case 3:
                answer = await world.SendAsync(HttpMethod.Delete, path, null);
                answer.Status.ShouldBe(_model.Remove(id) ? 204 : 404);
                break;
            case 4:
                return await BulkAsync(world, random, name);
            default:
                return await FileAsync(harness, contract, random, name);
        }
        _steps.Add($"{answer.Status} {id} {name}");
        return $"{answer.Status}";
    }

    private async Task<string> BulkAsync(WriteWorld world, Random random, string name)
    {
        var merge = random.Next(2) == 0;
        var ids = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(1, 9)).ToList();
        var data = new JsonArray([.. ids.Select((id, i) => (JsonNode)new JsonObject { ["id"] = id, ["department"] = $"{name}.{i}" })]);
        var answer = await world.BulkAsync("departments", data.ToJsonString(), merge ? "Prefer: resolution=merge-duplicates" : "Prefer: x");
        var landed = 0;
        // Of each key the last; where it stands, only when it may be merged.
        foreach (var last in ids.Select((id, i) => (id, i)).GroupBy(r => r.id).Select(g => g.Last()).Where(r => merge || !_model.ContainsKey(r.id)).ToList())
        {
            Write(last.id, $"{name}.{last.i}");
            landed++;
        }
        _steps.Add($"bulk {merge} {string.Join(',', ids)} {name}");
        ((int)answer.Json["rows"]!["landed"]!).ShouldBe(landed, string.Join("; ", _steps.TakeLast(5)));
        answer.Status.ShouldBe(landed > 0 ? 200 : 422);
        return $"{answer.Status}";
    }

    /// <summary>A file of some day around today, that comes now.</summary>
    private async Task<string> FileAsync(SinkHarness harness, Contract contract, Random random, string name)
    {
        var days = random.Next(-2, 3);
        var ids = Enumerable.Range(1, 8).Where(_ => random.Next(3) == 0).ToList();
        var date = DateOnly.FromDateTime(_now.UtcDateTime).AddDays(days);
        await harness.LandAsync(contract, $"hiring/departments_{date:yyyyMMdd}.csv", (int)(_now - SinkHarness.Epoch).TotalMinutes, string.Concat(ids.Select(id => $"{id},{name}\n")), generation: 1000 + _files++);
        var older = 0;
        foreach (var id in ids)
        {
            if (_model.TryGetValue(id, out var standing) && standing.Order >= Folded(days)) older++;
            else _model[id] = (name, Folded(days));
        }
        _steps.Add($"file {days} {string.Join(',', ids)} {name}");
        return older > 0 ? "older" : "file";
    }

    /// <summary>Whoever writes over HTTP means the row as it stands: it becomes newer than that.</summary>
    private void Write(int id, string name) => _model[id] = (name, _model.TryGetValue(id, out var standing) ? Math.Max(Now, standing.Order + 1) : Now);
}
