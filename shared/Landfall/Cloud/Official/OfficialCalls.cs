using System.Net;
using Google;

namespace Landfall.Cloud;

/// <summary>What the calls of Google's REST libraries have in common: their exceptions become verdicts.</summary>
/// <param name="api">The service.</param>
/// <param name="service">Its name, for messages.</param>
/// <param name="check">What to do when the answer is none of its own.</param>
internal sealed class OfficialCalls(GoogleApi api, string service, string check)
{
    public GoogleApi Api => api;

    /// <param name="call">Asks the service.</param>
    /// <param name="doing">What is asked: <c>reading gs://bucket/name</c>.</param>
    /// <param name="permission">What the account needs for it.</param>
    /// <param name="ordinary">Refusals that are an answer.</param>
    /// <returns>The answer; the type's default for an ordinary refusal.</returns>
    /// <exception cref="RetryException">Any other refusal, or no answer.</exception>
    public async Task<T?> RunAsync<T>(Func<Task<T>> call, string doing, string permission, StatusAs ordinary)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (GoogleApiException e) when (IsOrdinary(e.HttpStatusCode, ordinary))
        {
            return default;
        }
        catch (Exception e) when (NoJson(e) is { } fault)
        {
            throw new RetryException($"{service} answered {doing} with JSON that is none of its own{JsonFault.Place(fault)}", check, fault);
        }
        catch (GoogleApiException e)
        {
            throw Refused(e, doing, permission);
        }
    }

    public RetryException Refused(GoogleApiException e, string doing, string permission) =>
        api.Refused(e.HttpStatusCode, Reason(e) ?? e.HttpStatusCode.ToString(), Message(e), doing, permission);

    /// <summary>What is wrong with an answer's JSON; null for any other fault. The libraries tell it of some answers around the whole text.</summary>
    public static Newtonsoft.Json.JsonException? NoJson(Exception e) => e switch
    {
        Newtonsoft.Json.JsonException fault => fault,
        // A refusal that is no JSON, a proxy's page say, is a refusal all the same.
        GoogleApiException { HttpStatusCode: default(HttpStatusCode) or (>= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices), InnerException: Newtonsoft.Json.JsonException fault } => fault,
        _ => null,
    };

    public static string? Reason(GoogleApiException e) => e.Error?.Errors is [{ Reason: { Length: > 0 } reason }, ..] ? reason : null;

    /// <summary>The service's own message, or the begin of whatever a proxy said; null for nothing.</summary>
    public static string? Message(GoogleApiException e)
    {
        if (e.Error is null) return null;
        if (e.Error.Message is { Length: > 0 } message) return message;
        return e.Error.ErrorResponseContent is not { Length: > 0 } body ? null : body.Length <= 300 ? body.Trim() : body[..300] + "…";
    }

    public static bool IsOrdinary(HttpStatusCode status, StatusAs ordinary) =>
        (status == HttpStatusCode.NotFound && ordinary.HasFlag(StatusAs.Missing)) || (status == HttpStatusCode.PreconditionFailed && ordinary.HasFlag(StatusAs.Unmet));
}
