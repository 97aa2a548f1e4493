using System.Net;
using System.Net.Sockets;
using Landfall.Events;
using Landfall.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Hosting;

/// <summary>What SIGTERM starts: nothing new is taken, what runs may finish for nine seconds, then its token is cancelled and its sender hears 503.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task A_running_event_finishes()
    {
        var (running, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var served = await Served.StartAsync<StorageObjectData>((_, _, _) =>
        {
            running.TrySetResult();
            return gate.Task;
        });
        var posted = served.PostAsync(Served.Resource);
        await running.Task;

        served.App.Lifetime.StopApplication();
        var stopped = served.App.StopAsync();
        await NothingListensAsync(served.Client.BaseAddress!.Port);
        posted.IsCompleted.ShouldBeFalse();
        gate.SetResult();

        using var response = await posted;
        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await stopped;
    }

    [Fact]
    public async Task An_event_that_does_not_finish_is_cancelled_and_answered_503()
    {
        var time = new ManualTime();
        var running = new TaskCompletionSource();
        await using var served = await Served.StartAsync<StorageObjectData>(
            (_, _, cancellationToken) =>
            {
                running.SetResult();
                return Task.Delay(Timeout.Infinite, cancellationToken);
            },
            services: services => services.AddSingleton<TimeProvider>(time));
        var posted = served.PostAsync(Served.Resource);
        await running.Task;

        served.App.Lifetime.StopApplication();
        var stopped = served.App.StopAsync();
        time.IsAwaited(within: Drain.Grace).ShouldBeTrue();
        time.Advance(Drain.Grace - TimeSpan.FromSeconds(1));
        posted.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));

        using var response = await posted;
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await response.Content.ReadAsStringAsync()).ShouldContain("the end of the program");
        await stopped;
    }

    private static async Task NothingListensAsync(int port)
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
