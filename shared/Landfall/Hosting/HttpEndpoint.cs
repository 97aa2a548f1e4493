using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Landfall.Hosting;

/// <summary>A function that answers HTTP itself; what it throws becomes problem+json: Retry 503, Reject 422, anything else 500.</summary>
internal sealed class HttpEndpoint<TFunction>(IServiceProvider services)
    where TFunction : class, IHttpFunction
{
    private readonly ILogger _log = services.GetRequiredService<ILogger<TFunction>>();
    private readonly PushTokens _tokens = services.GetRequiredService<PushTokens>();

    public async Task HandleAsync(HttpContext context)
    {
        if (await _tokens.RefusalAsync(context.Request, typeof(TFunction).Name, CancellationToken.None) is { } refusal)
        {
            await Problem.WriteAsync(context.Response, refusal);
            return;
        }
        try
        {
            await using var scope = services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<TFunction>().HandleAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone: there is nobody to answer.
        }
        catch (Exception e)
        {
            var verdict = Judge(context, e);
            // An answer that is under way can only be broken off, so that its reader sees it is not whole.
            if (context.Response.HasStarted) context.Abort();
            else await Problem.WriteAsync(context.Response, verdict);
        }
    }

    private Verdict Judge(HttpContext context, Exception exception)
    {
        var verdict = exception switch
        {
            RetryException e => Verdict.Retry(e.Message, e.Hint),
            RejectException e => new("rejected", StatusCodes.Status422UnprocessableEntity, e.Message, e.Hint) { Rows = e.Rows },
            BadHttpRequestException e => Verdict.Unreadable(e.Message, e.StatusCode),
            _ => Verdict.Failed with { Status = StatusCodes.Status500InternalServerError },
        };
        var (function, method, path) = (typeof(TFunction).Name, context.Request.Method, context.Request.Path.ToString());
        if (verdict.Status == StatusCodes.Status500InternalServerError)
            HostLog.RequestFailed(_log, exception, function, method, path);
        else
            HostLog.RequestRefused(_log, exception, function, method, path, verdict.Status, exception.Message, verdict.Hint ?? "none");
        return verdict;
    }
}
