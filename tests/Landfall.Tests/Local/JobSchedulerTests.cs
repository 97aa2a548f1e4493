using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Landfall.Contracts;
using Landfall.Local.Scheduler;
using Landfall.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local;

/// <summary>The local Cloud Scheduler against a function that notes what it is sent.</summary>
public sealed class JobSchedulerTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<(string Job, string Due)> _ticks = new();
    private readonly Queue<int> _answers = new();
    private readonly ManualTime _clock = new();
    private readonly List<string> _complaints = [];
    private WebApplication _function = null!;
    private JobScheduler _scheduler = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _function = builder.Build();
        _function.MapPost("/functions/MatrixLoad", (HttpContext context) =>
        {
            context.Request.Headers["X-CloudScheduler"].ToString().ShouldBe("true");
            _ticks.Enqueue((context.Request.Headers["X-CloudScheduler-JobName"].ToString(), context.Request.Headers["X-CloudScheduler-ScheduleTime"].ToString()));
            return Results.StatusCode(_answers.TryDequeue(out var answer) ? answer : 204);
        });
        SchedulerEndpoints.Map(_function, () => _scheduler, _clock);
        await _function.StartAsync();
        CronExpression.TryParse("0 20 * * *", out var daily).ShouldBeTrue();
        var job = new ScheduledJob("relations", daily, TimeZoneInfo.FindSystemTimeZoneById("America/Bogota"), new Uri($"{_function.Urls.Single()}/functions/MatrixLoad"));
        _scheduler = new JobScheduler([job], _clock, _complaints.Add);
    }

    public async Task DisposeAsync()
    {
        await _scheduler.DisposeAsync();
        await _function.DisposeAsync();
    }

    [Fact]
    public async Task A_tick_is_sent_in_its_minute_of_its_zone_and_once()
    {
        // To 00:58:30 of the next day.
        _clock.Advance(TimeSpan.FromSeconds((4 * 3600) + (58 * 60) + 30));
        _scheduler.Start();
        for (var minute = 0; minute < 4; minute++)
        {
            await Task.Delay(100);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
        await Until.TrueAsync(() => Task.FromResult(!_ticks.IsEmpty && _scheduler.Idle), "the tick came");
        // 20:00 in Bogotá is 01:00 in UTC.
        _ticks.ShouldBe([("projects/local/locations/local/jobs/relations", "2026-02-01T01:00:00Z")]);
    }

    [Fact]
    public async Task A_tick_that_is_not_taken_is_sent_again_and_given_up_after_five()
    {
        for (var i = 0; i < 6; i++) _answers.Enqueue(503);
        var run = _scheduler.RunAsync(_scheduler.Jobs[0], _clock.GetUtcNow());
        while (!run.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(8));
            await Task.Delay(20);
        }
        (await run).ShouldBe(503);
        _ticks.Count.ShouldBe(5);
        _ticks.Distinct().Count().ShouldBe(1);
        _complaints.ShouldHaveSingleItem().ShouldContain("relations");
    }

    [Fact]
    public async Task A_person_lists_the_jobs_and_fires_one()
    {
        using var http = new HttpClient { BaseAddress = new Uri(_function.Urls.Single()) };
        const string jobs = "/v1/projects/local/locations/local/jobs";
        var listed = await http.GetFromJsonAsync<JsonObject>(jobs);
        listed!["jobs"]![0]!["timeZone"]!.GetValue<string>().ShouldBe("America/Bogota");
        using var fired = await http.PostAsync($"{jobs}/relations:run", null);
        (await fired.Content.ReadFromJsonAsync<JsonObject>())!["status"]!["code"]!.GetValue<int>().ShouldBe(0);
        _ticks.Count.ShouldBe(1);
        using var unknown = await http.PostAsync($"{jobs}/nobody:run", null);
        ((int)unknown.StatusCode).ShouldBe(404);
    }

    [Theory]
    [InlineData("0 20 * * *", "2024-01-05T20:00", true)]
    [InlineData("0 20 * * *", "2024-01-05T20:01", false)]
    [InlineData("*/15 6-8 * * MON-FRI", "2024-01-05T07:45", true)]
    [InlineData("*/15 6-8 * * MON-FRI", "2024-01-06T07:45", false)]
    [InlineData("0 0 13 * FRI", "2024-01-05T00:00", true)]
    [InlineData("0 0 13 * FRI", "2024-01-13T00:00", true)]
    [InlineData("0 0 13 * FRI", "2024-01-14T00:00", false)]
    [InlineData("0 0 1 JAN *", "2024-02-01T00:00", false)]
    public void A_minute_is_meant_as_crontab_means_it(string expression, string moment, bool meant)
    {
        CronExpression.TryParse(expression, out var cron).ShouldBeTrue();
        cron.Matches(DateTime.Parse(moment, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(meant);
    }
}
