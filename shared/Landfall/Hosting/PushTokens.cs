using Google.Apis.Auth;
using Landfall.Hosting.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Landfall.Hosting;

/// <summary>
/// Checks the OIDC token that Pub/Sub, Eventarc and Cloud Scheduler send, where Cloud Run's invoker role does not already: only when both
/// <see cref="Settings.PushAudience"/> and <see cref="Settings.PushEmail"/> are set. A token without a signature is taken only where <see cref="Settings.BehindIam"/> says that Cloud Run has verified it.
/// </summary>
internal sealed class PushTokens(Settings settings, ILogger<PushTokens> log, TimeProvider time, Uri keys)
{
    /// <summary>Google's public keys, as a JSON Web Key Set.</summary>
    public static readonly Uri GoogleKeys = new("https://www.googleapis.com/oauth2/v3/certs");

    /// <summary>What Cloud Run puts in the place of a signature that it has verified: whoever has no right to call does not come this far, and nobody further on can use the token.</summary>
    private const string VerifiedByCloudRun = ".SIGNATURE_REMOVED_BY_GOOGLE";

    private static readonly string[] Issuers = ["https://accounts.google.com", "accounts.google.com"];

    /// <returns>Null when the request may pass.</returns>
    public async Task<Verdict?> RefusalAsync(HttpRequest request, string function, CancellationToken cancellationToken)
    {
        if (settings.PushAudience is null || settings.PushEmail is null) return null;
        var refusal = await CheckAsync(WebToken.Bearer(request, verifiedByPlatform: settings.BehindIam), settings.PushAudience, settings.PushEmail, cancellationToken);
        if (refusal is { Status: < 500 }) HostLog.Unauthorized(log, function, refusal.Detail!);
        return refusal;
    }

    private async Task<Verdict?> CheckAsync(string? text, string audience, string email, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return Verdict.Unauthorized(
                "The request has no bearer token; expected 'Authorization: Bearer' with an OIDC token signed by Google.",
                StatusCodes.Status401Unauthorized);
        }
        var invalid = Verdict.Unauthorized(
            $"The bearer token is not valid; expected one signed by Google for the audience '{audience}' that has not expired.",
            StatusCodes.Status401Unauthorized);
        if (text.EndsWith(VerifiedByCloudRun, StringComparison.Ordinal))
        {
            if (!settings.BehindIam)
                return invalid with { Detail = $"{invalid.Detail} Its signature has been taken away, as Cloud Run's IAM does: where that is in front, and not allUsers may call, LANDFALL_BEHIND_IAM=true says so." };
            return WebToken.Parse(text) is { } verified && IsGood(verified, audience) ? Of(email, verified.VerifiedEmail) : invalid;
        }
        try
        {
            // The verifier checks audience and issuer only when told which, and never the email: all three are needed.
            var options = new SignedTokenVerificationOptions { CertificatesUrl = keys.AbsoluteUri };
            options.TrustedAudiences.Add(audience);
            foreach (var issuer in Issuers) options.TrustedIssuers.Add(issuer);
            await JsonWebSignature.VerifySignedTokenAsync<GoogleJsonWebSignature.Payload>(text, options, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            HostLog.KeysUnavailable(log, e, keys);
            return Verdict.Retry("The keys that tokens are checked with could not be fetched.");
        }
        catch (Exception)
        {
            // Whatever the bytes are, the verifier's parser says so with exceptions of many types; their messages may quote the token.
            return invalid;
        }
        // The verifier lets a token pass that names no audience, or another beside ours, and one that is not valid yet (nbf).
        return WebToken.Parse(text) is { } signed && IsGood(signed, audience) ? Of(email, signed.VerifiedEmail) : invalid;
    }

    /// <summary>Google issues a token for one audience: whoever holds one that names others, too, could use it there.</summary>
    private bool IsGood(WebToken token, string audience) => token.Fault(Issuers, audience, time.GetUtcNow()) is null && token.IsForNobodyBut(audience);

    private static Verdict? Of(string expected, string? verified) => verified == expected
        ? null
        : Verdict.Unauthorized($"The bearer token is not of the expected service account; expected a verified email equal to '{expected}'.", StatusCodes.Status403Forbidden);
}
