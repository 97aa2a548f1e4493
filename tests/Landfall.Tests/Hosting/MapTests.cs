using System.Net;
using System.Text;
using Landfall.Events;
using Landfall.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Hosting;

/// <summary>Functions hosted side by side in a larger program, each with services of its own.</summary>
public sealed class MapTests
{
    [Fact]
    public async Task Each_path_reaches_its_own_function()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        await using var app = builder.Build();
        var (objects, ticks, asked) = (new List<string>(), new List<string>(), 0);
        await using var first = Services<StorageObjectData>((_, data, _) => Add(objects, data.Name));
        await using var second = Services<TickData>((_, data, _) => Add(ticks, data.JobName));
        FunctionHost.Map<TestFunction<StorageObjectData>, StorageObjectData>(app, "/functions/Objects", () =>
        {
            asked++;
            return first;
        });
        FunctionHost.Map<TestFunction<TickData>, TickData>(app, "/functions/Ticks", () => second);
        await app.StartAsync();
        asked.ShouldBe(0, "the services are asked at the first event");
        using var client = new HttpClient { BaseAddress = new(app.Urls.Single()) };

        (await PostAsync("/functions/Objects", Served.Resource)).ShouldBe(HttpStatusCode.NoContent);
        (await PostAsync("/functions/Objects", Served.Resource)).ShouldBe(HttpStatusCode.NoContent);
        (await PostAsync("/functions/Ticks", Served.Resource)).ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync("/functions/Nothing", Served.Resource)).ShouldBe(HttpStatusCode.NotFound);
        using (var tick = new HttpRequestMessage(HttpMethod.Post, "/functions/Ticks"))
        {
            tick.Headers.Add("X-CloudScheduler-JobName", "reconcile");
            tick.Headers.Add("X-CloudScheduler-ScheduleTime", "2026-01-31T20:00:00Z");
            (await client.SendAsync(tick)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        asked.ShouldBe(1);
        objects.Count.ShouldBe(2);
        ticks.ShouldBe(["reconcile"]);

        async Task<HttpStatusCode> PostAsync(string path, string body)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(path, content);
            return response.StatusCode;
        }
    }

    private static Task Add(List<string> list, string item)
    {
        list.Add(item);
        return Task.CompletedTask;
    }

    private static ServiceProvider Services<TData>(Func<CloudEvent, TData, CancellationToken, Task> handle) where TData : class
    {
        var services = new ServiceCollection();
        services.AddLandfall(new()).AddScoped<TestFunction<TData>>().AddSingleton(handle);
        var log = new LogCapture();
        log.Register(services);
        return services.BuildServiceProvider();
    }
}
