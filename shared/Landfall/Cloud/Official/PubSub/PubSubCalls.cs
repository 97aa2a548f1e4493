using System.Net;
using Google.Api.Gax.Grpc;
using Google.Protobuf;
using Grpc.Core;

namespace Landfall.Cloud;

/// <summary>What calls of Google's Pub/Sub clients have in common: a few quick attempts, and verdicts.</summary>
internal sealed class PubSubCalls(GoogleApi api)
{
    private static readonly RetrySettings Never = RetrySettings.FromConstantBackoff(maxAttempts: 1, TimeSpan.Zero, _ => false);

    /// <summary>A call that is tried here, and by the client itself only once.</summary>
    public static CallSettings Once(CancellationToken cancellationToken) => CallSettings.FromCancellationToken(cancellationToken).WithRetry(Never);

    /// <param name="call">Asks the service; may be done twice.</param>
    /// <param name="doing">What is asked: <c>publishing to orders</c>.</param>
    /// <param name="permission">What the account needs for it.</param>
    /// <param name="ordinary">A refusal that is an answer; null for none.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The type's default for an ordinary refusal.</returns>
    /// <exception cref="RetryException">Any other refusal, or no answer.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<T?> RunAsync<T>(Func<Task<T>> call, string doing, string permission, StatusCode? ordinary, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (RpcException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            catch (RpcException e) when (!IsPassing(e.StatusCode) || failures == Backoff.Retries)
            {
                if (e.StatusCode == ordinary) return default;
                throw api.Refused(Status(e.StatusCode), Status(e.StatusCode).ToString(), e.Status.Detail is { Length: > 0 } detail ? detail : null, doing, permission);
            }
            // What makes the client finds no credentials.
            catch (InvalidOperationException e) when (e is not ObjectDisposedException)
            {
                throw AccessTokens.None("Pub/Sub", e);
            }
            catch (InvalidJsonException)
            {
                // Its message quotes the answer, which holds messages.
                throw new RetryException($"Pub/Sub answered {doing} with JSON that is none of its own", "Check LANDFALL_PUBSUB_ENDPOINT.");
            }
            catch (Exception e) when (e is RpcException || GoogleApi.IsLost(e, cancellationToken))
            {
                if (failures == Backoff.Retries) throw api.Unreachable(e);
            }
            await api.Backoff.WaitAsync(failures, null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>https://cloud.google.com/pubsub/docs/reference/error-codes</summary>
    private static bool IsPassing(StatusCode code) => code is StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Internal or StatusCode.Aborted or StatusCode.DeadlineExceeded or StatusCode.Unknown;

    private static HttpStatusCode Status(StatusCode code) => code switch
    {
        StatusCode.Unauthenticated => HttpStatusCode.Unauthorized,
        StatusCode.PermissionDenied => HttpStatusCode.Forbidden,
        StatusCode.NotFound => HttpStatusCode.NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => HttpStatusCode.Conflict,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => HttpStatusCode.BadRequest,
        StatusCode.ResourceExhausted => HttpStatusCode.TooManyRequests,
        StatusCode.Unimplemented => HttpStatusCode.NotImplemented,
        StatusCode.Unavailable => HttpStatusCode.ServiceUnavailable,
        StatusCode.DeadlineExceeded => HttpStatusCode.GatewayTimeout,
        _ => HttpStatusCode.InternalServerError,
    };
}
