using System.Net;
using Landfall.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Hosting;

/// <summary>Functions that answer HTTP themselves.</summary>
public sealed class HttpFunctionTests : IDisposable
{
    private readonly LogCapture _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Every_request_is_the_functions_own_but_for_the_probe()
    {
        await using var app = await ServeAsync(context => context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path}"));
        using var client = new HttpClient { BaseAddress = new(app.Urls.Single()) };

        (await client.GetStringAsync("/")).ShouldBe("GET /");
        (await client.GetStringAsync("/tables/people/rows")).ShouldBe("GET /tables/people/rows");
        (await client.GetStringAsync("/healthz")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("retry", HttpStatusCode.ServiceUnavailable, "a reason")]
    [InlineData("reject", HttpStatusCode.UnprocessableEntity, "a reason")]
    [InlineData("bug", HttpStatusCode.InternalServerError, "its log says why")]
    public async Task What_it_throws_becomes_a_problem(string what, HttpStatusCode status, string detail)
    {
        await using var app = await ServeAsync(_ => throw (what switch
        {
            "retry" => new RetryException("a reason"),
            "reject" => new RejectException("a reason"),
            _ => new InvalidOperationException("a secret"),
        }));
        using var client = new HttpClient { BaseAddress = new(app.Urls.Single()) };

        using var response = await client.GetAsync("/x");

        response.StatusCode.ShouldBe(status);
        var answer = await response.Content.ReadAsStringAsync();
        answer.ShouldContain(detail);
        answer.ShouldNotContain("a secret");
        _log.Lines.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_that_breaks_half_way_is_broken_off()
    {
        await using var app = await ServeAsync(async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException("a bug");
        });
        using var client = new HttpClient { BaseAddress = new(app.Urls.Single()) };

        await Should.ThrowAsync<HttpRequestException>(() => client.GetStringAsync("/"));
    }

    [Fact]
    public async Task With_the_token_check_on_nothing_but_the_probe_is_open()
    {
        await using var app = await ServeAsync(context => context.Response.WriteAsync("open"), new() { PushAudience = "a", PushEmail = "e" });
        using var client = new HttpClient { BaseAddress = new(app.Urls.Single()) };

        using var refused = await client.GetAsync("/");
        using var probe = await client.GetAsync("/healthz");

        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        probe.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<WebApplication> ServeAsync(Func<HttpContext, Task> handle, Settings? settings = null)
    {
        var app = FunctionHost.BuildHttp<TestHttpFunction>((settings ?? new()) with { Port = 0 }, IPAddress.Loopback, services =>
        {
            services.AddSingleton(handle);
            _log.Register(services);
        });
        await app.StartAsync();
        return app;
    }
}
