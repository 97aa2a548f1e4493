using Landfall.Cloud;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Cloud;

/// <summary>What is tried again and what is not, against a service that answers as it is told.</summary>
public sealed class CloudStorageRetryTests : IAsyncLifetime
{
    private readonly Queue<(int Status, string? RetryAfter, string Body)> _answers = new();
    private readonly RecordedWaits _waits = new();
    private Func<HttpContext, Task>? _service;
    private readonly HttpClient _http = new();
    private WebApplication _app = null!;
    private CloudStorage _storage = null!;

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_passes_is_tried_again_after_a_growing_wait(int status)
    {
        for (var i = 0; i < 3; i++) Answer(status);
        Answer(404);
        (await _storage.GetAsync("b", "x", cancellationToken: CancellationToken.None)).ShouldBeNull();
        _answers.ShouldBeEmpty();
        _waits.Waits.Count.ShouldBe(3);
        for (var i = 0; i < 3; i++) _waits.Waits[i].TotalMilliseconds.ShouldBeInRange(100 * Math.Pow(2, i), 200 * Math.Pow(2, i));
    }

    [Fact]
    public async Task Retry_After_is_honoured()
    {
        Answer(503, "7");
        Answer(404);
        (await _storage.GetAsync("b", "x", cancellationToken: CancellationToken.None)).ShouldBeNull();
        _waits.Waits.ShouldBe([TimeSpan.FromSeconds(7)]);
    }

    /// <summary>A part of an upload is refused once, and whether it arrived is asked for.</summary>
    [Fact]
    public async Task Retry_After_is_honoured_within_an_upload()
    {
        var content = new byte[3 << 20];
        var refused = false;
        _service = async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            var range = $"{context.Request.Headers.ContentRange}";
            if (context.Request.Method == "POST") context.Response.Headers.Location = $"{_app.Urls.Single()}/upload/storage/v1/b/b/o?uploadType=resumable&upload_id=1";
            else if (!refused) (refused, context.Response.StatusCode, context.Response.Headers.RetryAfter) = (true, 503, "7");
            else if (range.StartsWith("bytes */", StringComparison.Ordinal)) context.Response.StatusCode = 308;
            else if (!range.EndsWith($"/{content.Length}", StringComparison.Ordinal)) (context.Response.StatusCode, context.Response.Headers.Range) = (308, $"bytes=0-{range.Split('-', '/')[1]}");
            else await context.Response.WriteAsync($$"""{"bucket":"b","name":"x","generation":"5","timeCreated":"2026-11-22T10:00:00.000Z","size":"{{content.Length}}"}""", context.RequestAborted);
        };
        (await _storage.WriteAsync("b", "x", content, "text/plain", cancellationToken: CancellationToken.None))!.Generation.ShouldBe(5);
        _waits.Waits.ShouldBe([TimeSpan.FromSeconds(7)]);
    }

    [Fact]
    public async Task A_long_Retry_After_is_left_to_the_platform()
    {
        Answer(503, "3600", """{"error":{"message":"Come back later","errors":[{"reason":"backendError"}]}}""");
        var retry = await Should.ThrowAsync<RetryException>(() => _storage.GetAsync("b", "x", cancellationToken: CancellationToken.None));
        retry.Message.ShouldBe("Cloud Storage answered asking for gs://b/x with 503 backendError: Come back later");
        _waits.Waits.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_few_attempts_are_enough()
    {
        for (var i = 0; i < 6; i++) Answer(503);
        await Should.ThrowAsync<RetryException>(() => _storage.GetAsync("b", "x", cancellationToken: CancellationToken.None));
        _answers.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_may_have_been_done_is_not_done_again()
    {
        Answer(503);
        await Should.ThrowAsync<RetryException>(() => _storage.DeleteAsync("b", "x", cancellationToken: CancellationToken.None));
        Answer(503);
        await Should.ThrowAsync<RetryException>(() => _storage.CopyAsync(new StoredObject("b", "x", 1, default, 0), "b", "y", cancellationToken: CancellationToken.None));
        _waits.Waits.ShouldBeEmpty();
        Answer(429);
        Answer(204);
        (await _storage.DeleteAsync("b", "x", cancellationToken: CancellationToken.None)).ShouldBeTrue("429 says that nothing was done");
    }

    [Theory]
    [InlineData("storage.objects.get")]
    [InlineData("storage.objects.list")]
    [InlineData("storage.objects.create")]
    [InlineData("storage.objects.delete")]
    public async Task Forbidden_names_the_permission(string permission)
    {
        Answer(403, null, """{"error":{"message":"No.","errors":[{"reason":"forbidden"}]}}""");
        var retry = await Should.ThrowAsync<RetryException>(async () => await (permission switch
        {
            "storage.objects.get" => _storage.GetAsync("b", "x", cancellationToken: CancellationToken.None),
            "storage.objects.list" => _storage.ListAsync("b", cancellationToken: CancellationToken.None).GetAsyncEnumerator(CancellationToken.None).MoveNextAsync().AsTask(),
            "storage.objects.create" => _storage.WriteAsync("b", "x", new byte[1], "text/plain", cancellationToken: CancellationToken.None),
            _ => (Task)_storage.DeleteAsync("b", "x", cancellationToken: CancellationToken.None),
        }));
        retry.Hint.ShouldNotBeNull().ShouldContain(permission);
        retry.Message.ShouldEndWith("with 403 forbidden: No.");
    }

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(async context =>
        {
            if (_service is { } service)
            {
                await service(context);
                return;
            }
            var (status, retryAfter, body) = _answers.Dequeue();
            context.Response.StatusCode = status;
            if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
            if (status != 204) await context.Response.WriteAsync(body, context.RequestAborted);
        });
        await _app.StartAsync(CancellationToken.None);
        _storage = new CloudStorage(new Uri(_app.Urls.Single()), _http, _waits, new Random(1));
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private void Answer(int status, string? retryAfter = null, string body = "") => _answers.Enqueue((status, retryAfter, body));
}
