using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Landfall.Tests.Cloud;

/// <summary>A service on a port of its own that answers as it is told, one answer a request, and keeps what was asked.</summary>
internal sealed class ScriptedService : IAsyncDisposable
{
    private readonly Queue<(int Status, string Body, (string Name, string Value)[] Headers)> _answers = new();
    private readonly WebApplication _app;

    private ScriptedService()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>What was asked, in order.</summary>
    public List<ServiceRequest> Asked { get; } = [];

    /// <summary>Answers that nobody has asked for yet.</summary>
    public int Unasked => _answers.Count;

    public static async Task<ScriptedService> StartAsync()
    {
        var service = new ScriptedService();
        await service._app.StartAsync();
        return service;
    }

    /// <param name="status">0: the connection is cut when the request has been heard out.</param>
    public ScriptedService Answer(int status, string body = "", params (string Name, string Value)[] headers)
    {
        _answers.Enqueue((status, body.Replace("{address}", Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal), headers));
        return this;
    }

    /// <summary>An error in Google's shape.</summary>
    public ScriptedService Refuse(int status, string reason, string message = "No") =>
        Answer(status, $$$"""{"error":{"code":{{{status}}},"message":"{{{message}}}","errors":[{"reason":"{{{reason}}}","message":"{{{message}}}"}]}}""");

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Asked.Add(new ServiceRequest(
            context.Request.Method, target, body.ToArray(), context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        if (!_answers.TryDequeue(out var answer)) answer = (418, $"Nobody expected {context.Request.Method} {target}", []);
        if (answer.Status == 0)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            context.Response.Headers[name] = value.Replace("{address}", Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        if (answer.Body.Length > 0) await context.Response.WriteAsync(answer.Body);
    }
}
