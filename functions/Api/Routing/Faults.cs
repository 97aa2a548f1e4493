using Landfall.Hosting;
using Landfall.Sinks.Postgres;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Landfall.Rest.Routing;

/// <summary>What went wrong, as the caller reads it.</summary>
internal sealed class Faults(ILogger<Faults> log)
{
    /// <summary>Null for what is nobody's doing but ours, and for a caller who is gone: the host answers that.</summary>
    public ProblemException? Of(Exception exception, HttpContext context)
    {
        if (context.RequestAborted.IsCancellationRequested) return null;
        var problem = Of(exception);
        if (problem?.Status >= StatusCodes.Status500InternalServerError) ApiLog.Failed(log, problem.InnerException, context.Request.Method, RequestRoute.Of(context), problem.Status, problem.Message);
        if (problem?.Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden) ApiLog.Refused(log, context.Request.Method, RequestRoute.Of(context), problem.Status, problem.Message);
        return problem;
    }

    private static ProblemException? Of(Exception exception) => exception switch
    {
        ProblemException e => e,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Limits.TooLarge(),
        _ when BrokenBody.Of(exception) is { } broken => new(broken.StatusCode, broken.Message),
        RejectException e => new(StatusCodes.Status422UnprocessableEntity, e.Message, e.Hint),
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } or OperationCanceledException =>
            new(StatusCodes.Status504GatewayTimeout, "The database did not answer in time", "ask for less: more filters, a smaller limit, or an order that follows the key", exception),
        PostgresException { SqlState: PostgresErrorCodes.UndefinedColumn } => new(
            StatusCodes.Status503ServiceUnavailable, "The table does not have all columns of its contract yet", "the next landing adds them; meanwhile select others", exception),
        // A value that the server can not take where it was compared: only what the contract's rules for it let pass comes so far.
        PostgresException { SqlState: ['2', '2', ..] } e => new(StatusCodes.Status400BadRequest, $"The database can not compare with a value of the request (SQLSTATE {e.SqlState})", "look at the filters' values"),
        _ when (exception as RetryException ?? PostgresFaults.Classify(exception)) is { } again =>
            new(StatusCodes.Status503ServiceUnavailable, again.Message, again.Hint ?? "try again in a moment", exception) { Headers = [("Retry-After", "1")] },
        _ => null,
    };
}
