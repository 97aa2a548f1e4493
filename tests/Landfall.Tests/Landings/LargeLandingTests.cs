using System.Text;
using System.Text.Json.Nodes;
using Landfall.Events;
using Landfall.Hosting;
using Landfall.Landings;
using Landfall.Tests.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Landings;

/// <summary>What an event leaves no time for goes to a Cloud Run job: started once, landed once.</summary>
public sealed class LargeLandingTests : IAsyncLifetime
{
    private const string Job = "projects/p/locations/europe-west1/jobs/large-landings";

    private readonly List<(string Path, JsonNode Body)> _started = [];
    private readonly ContractFolder _contracts = new ContractFolder().With("sales", ContractFolder.Plain("sales", "[ { name: id, logicalType: integer }, { name: name, logicalType: string } ]"));
    private LandingWorld _world = null!;
    private WebApplication _run = null!;
    private int _status = 200;
    private Lander _function = null!;

    public async Task InitializeAsync()
    {
        _world = await LandingWorld.CreateAsync(_contracts.Path);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _run = builder.Build();
        _run.Urls.Add("http://127.0.0.1:0");
        _run.MapPost("{**path}", async (HttpContext context) =>
        {
            var body = await JsonNode.ParseAsync(context.Request.Body);
            lock (_started) _started.Add((context.Request.Path, body!));
            context.Response.StatusCode = _status;
            await context.Response.WriteAsync("{}");
        });
        await _run.StartAsync();
        _function = _world.NewLander(new Settings { LargeJob = Job, RunEndpoint = new(_run.Urls.Single()) }, topics: null, NullLoggerFactory.Instance);
    }

    public async Task DisposeAsync()
    {
        await _run.DisposeAsync();
        await _world.DisposeAsync();
        _contracts.Dispose();
    }

    [Fact]
    public async Task A_job_gets_the_event_once_and_what_runs_twice_lands_once()
    {
        var data = await DropAsync(1L << 40);
        (await _function.LandAsync(data, default)).Outcome.ShouldBe("handed over");
        // Pub/Sub delivers twice, and Reconcile finds it without an outcome.
        (await _function.LandAsync(data, default)).Reason!.ShouldStartWith("it is landed by a job since ");
        var (path, body) = _started.ShouldHaveSingleItem();
        path.ShouldBe($"/v2/{Job}:run");
        var args = body["overrides"]!["containerOverrides"]![0]!["args"]!.AsArray().Select(one => (string)one!).ToList();
        args[0].ShouldBe("--once");
        var told = EventReader.Read(Encoding.UTF8.GetBytes(args[1])).Data.ShouldBeOfType<StorageObjectData>();
        (told.Bucket, told.Name, told.Generation).ShouldBe((data.Bucket, data.Name, data.Generation));
        (await RowsAsync()).ShouldBe(0);

        // The job runs the same code, told of no job; it may be started twice, and tried again.
        await Task.WhenAll(_world.Lander.LandAsync(told, default), _world.Lander.LandAsync(told, default), _world.Lander.LandAsync(told, default));
        (await RowsAsync()).ShouldBe(2);
        (await _function.LandAsync(data, default)).Outcome.ShouldBe("landed");
        (await RowsAsync()).ShouldBe(2);
        _started.Count.ShouldBe(1);
    }

    [Theory]
    // 540 s at 5 MiB/s, and half of that; what the contract's last landing showed goes before it.
    [InlineData(1_300, null, false)]
    [InlineData(1_500, null, true)]
    [InlineData(1_500, 50, false)]
    [InlineData(14_000, 50, true)]
    [InlineData(300, 1, true)]
    [InlineData(250, 1, false)]
    public async Task It_goes_by_size_and_by_what_was_measured(int mebibytes, int? measured, bool handed)
    {
        if (measured is { } rate)
        {
            await _function.LandAsync(await DropAsync(null, "20240101"), default);
            await _world.Database.ExecuteAsync($"UPDATE landfall.landings SET size = {rate} * 100 * 1048576::bigint, started_at = finished_at - interval '100 s'");
        }
        (await _function.LandAsync(await DropAsync((long)mebibytes << 20), default)).Outcome.ShouldBe(handed ? "handed over" : "landed");
        _started.Count.ShouldBe(handed ? 1 : 0);
    }

    [Fact]
    public async Task A_job_that_does_not_start_is_tried_again()
    {
        _status = 403;
        var data = await DropAsync(1L << 40);
        var refused = await Should.ThrowAsync<RetryException>(() => _function.LandAsync(data, default));
        refused.Hint!.ShouldContain("roles/run.jobsExecutorWithOverrides");
        _status = 200;
        (await _function.LandAsync(data, default)).Outcome.ShouldBe("handed over");
        _started.Count.ShouldBe(2);
    }

    /// <param name="size">What the event says; null for the truth.</param>
    private async Task<StorageObjectData> DropAsync(long? size, string day = "20240105")
    {
        var data = await _world.DropAsync("drop-zone", $"t/sales_{day}.csv", "id,name\n1,Ada\n2,Bo\n"u8.ToArray());
        return size is null ? data : data with { Size = size };
    }

    private async Task<long> RowsAsync() => await _world.Database.ScalarAsync<bool>("SELECT to_regclass('t.sales') IS NULL") ? 0 : await _world.Database.ScalarAsync<long>("SELECT count(*) FROM t.sales");
}
