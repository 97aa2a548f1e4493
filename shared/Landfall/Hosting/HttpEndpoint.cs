using Landfall.Hosting.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Landfall.Hosting;

/// <summary>A function that answers HTTP itself; what it throws becomes problem+json: <see cref="ProblemException"/> what it says, Retry 503, Reject 422, anything else 500.</summary>
internal sealed class HttpEndpoint<TFunction>(IServiceProvider services)
    where TFunction : class, IHttpFunction
{
    private readonly ILogger _log = services.GetRequiredService<ILogger<TFunction>>();

    /// <summary>Null for a function that knows its callers itself, by its <see cref="Gate"/>: they are other ones than those of events.</summary>
    private readonly PushTokens? _tokens = services.GetService<Gate>() is null ? services.GetRequiredService<PushTokens>() : null;

    public async Task HandleAsync(HttpContext context)
    {
        if (_tokens is not null && await _tokens.RefusalAsync(context.Request, typeof(TFunction).Name, CancellationToken.None) is { } refusal)
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
            else if (e is ProblemException problem) await problem.WriteAsync(context.Response);
            else await Problem.WriteAsync(context.Response, verdict);
        }
    }

    private Verdict Judge(HttpContext context, Exception exception)
    {
        var verdict = exception switch
        {
            RetryException e => Verdict.Retry(e.Message, e.Hint),
            RejectException e => new("rejected", StatusCodes.Status422UnprocessableEntity, e.Message, e.Hint) { Rows = e.Rows },
            ProblemException e => new("problem", e.Status, e.Message, e.Hint),
            _ when BrokenBody.Of(exception) is { } broken => Verdict.Unreadable(broken.Message, broken.StatusCode),
            _ => Verdict.Failed with { Status = StatusCodes.Status500InternalServerError },
        };
        var (function, method, path) = (typeof(TFunction).Name, context.Request.Method, RequestRoute.Of(context));
        if (verdict.Status == StatusCodes.Status500InternalServerError)
            HostLog.RequestFailed(_log, exception, function, method, path);
        else
            HostLog.RequestRefused(_log, exception, function, method, path, verdict.Status, exception.Message, verdict.Hint ?? "none");
        return verdict;
    }
}
