using System.Net;
using Landfall.Events;
using Landfall.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Hosting;

/// <summary>From the command line to the exit code.</summary>
public sealed class StartupTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly StringWriter _error = new();
    private readonly LogCapture _log = new();
    private Func<StorageObjectData, Task> _handle = _ => Task.CompletedTask;

    public void Dispose()
    {
        File.Delete(_file);
        _error.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task One_event_that_is_handled_exits_0()
    {
        StorageObjectData? seen = null;
        _handle = data => Task.FromResult(seen = data);
        await File.WriteAllTextAsync(_file, Served.Resource);

        (await RunAsync("--once", _file)).ShouldBe(0);

        seen!.Name.ShouldBe("people/people_20260131.csv");
        _error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task One_event_may_be_the_argument_itself()
    {
        StorageObjectData? seen = null;
        _handle = data => Task.FromResult(seen = data);

        (await RunAsync("--once", Served.Resource)).ShouldBe(0);

        seen!.Name.ShouldBe("people/people_20260131.csv");
    }

    [Fact]
    public async Task One_event_to_try_again_exits_75_and_says_why()
    {
        _handle = _ => throw new RetryException("The warehouse is away.", "Start it.");
        await File.WriteAllTextAsync(_file, Served.Resource);

        (await RunAsync("--once", _file)).ShouldBe(75);

        _error.ToString().TrimEnd().ShouldBe("The warehouse is away. Start it.");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"com.example"}""")]
    public async Task One_event_that_can_not_be_read_exits_65(string text)
    {
        _handle = _ => throw new InvalidOperationException("called");
        await File.WriteAllTextAsync(_file, text);

        (await RunAsync("--once", _file)).ShouldBe(65);

        _error.ToString().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_not_there_exits_65()
    {
        (await RunAsync("--once", _file + ".gone")).ShouldBe(65);

        _error.ToString().ShouldContain(_file + ".gone");
    }

    [Theory]
    [InlineData("--twice")]
    [InlineData("--once")]
    [InlineData("--once", "a", "b")]
    public async Task Unknown_arguments_exit_64(params string[] args)
    {
        (await RunAsync(args)).ShouldBe(64);

        _error.ToString().ShouldContain("--once FILE");
    }

    [Fact]
    public async Task Settings_at_fault_exit_78_without_a_stack_trace()
    {
        (await RunAsync([], new() { ["PORT"] = "http", ["LANDFALL_TIMEOUT"] = "0" })).ShouldBe(78);

        _error.ToString().ShouldSatisfyAllConditions(
            text => text.ShouldContain("PORT is 'http'"),
            text => text.ShouldContain("LANDFALL_TIMEOUT is '0'"),
            text => text.ShouldNotContain("   at "));
    }

    [Fact]
    public async Task A_fault_found_while_the_function_is_made_exits_78()
    {
        (await RunAsync([], services: services => services.AddScoped<TestFunction<StorageObjectData>>(_ => throw new RejectException("people.odcs.yaml:3 has no owner")))).ShouldBe(78);

        _error.ToString().TrimEnd().ShouldBe("people.odcs.yaml:3 has no owner");
    }

    [Fact]
    public async Task A_port_that_is_taken_exits_78()
    {
        await using var other = await Served.StartAsync<TickData>((_, _, _) => Task.CompletedTask);
        var port = other.Client.BaseAddress!.Port.ToString();

        (await RunAsync([], new() { ["PORT"] = port })).ShouldBe(78);

        _error.ToString().ShouldContain($"Port {port} can not be listened on");
    }

    [Fact]
    public async Task It_serves_until_it_is_stopped_and_exits_0()
    {
        var built = new TaskCompletionSource<WebApplication>();
        var exit = RunAsync([], new() { ["PORT"] = "0" }, built: built);
        var app = await built.Task;
        var started = new TaskCompletionSource();
        await using var registration = app.Lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task;
        using (var client = new HttpClient { BaseAddress = new(app.Urls.Single()) })
        using (var response = await client.GetAsync("/healthz"))
            response.StatusCode.ShouldBe(HttpStatusCode.OK);

        app.Lifetime.StopApplication();

        (await exit).ShouldBe(0);
        _log.Text.ShouldContain("Stopping: running events have 9 s to finish");
    }

    private Task<int> RunAsync(params string[] args) => RunAsync(args, []);

    private Task<int> RunAsync(
        string[] args, Dictionary<string, string>? environment = null, Action<IServiceCollection>? services = null, TaskCompletionSource<WebApplication>? built = null) =>
        Startup.RunAsync(
            args,
            environment ?? [],
            _error,
            settings =>
            {
                var app = FunctionHost.Build<TestFunction<StorageObjectData>, StorageObjectData>(settings, IPAddress.Loopback, collection =>
                {
                    collection.AddSingleton<Func<CloudEvent, StorageObjectData, CancellationToken, Task>>((_, data, _) => _handle(data));
                    _log.Register(collection);
                    services?.Invoke(collection);
                });
                built?.SetResult(app);
                return app;
            },
            FunctionHost.Once<TestFunction<StorageObjectData>, StorageObjectData>);
}
