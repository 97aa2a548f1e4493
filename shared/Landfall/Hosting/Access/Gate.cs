using Landfall.Contracts;
using Microsoft.AspNetCore.Http;

namespace Landfall.Hosting.Access;

/// <summary>
/// Who the caller is, by the OIDC token that the request carries. Its signature is verified with the keys of a file; behind Cloud Run's IAM (<see cref="Settings.BehindIam"/>) the
/// platform has done so, and has taken the signature away (https://cloud.google.com/run/docs/troubleshooting#signature-removed): there the rest of it is looked at.
/// </summary>
public sealed class Gate
{
    /// <summary>Identity-Aware Proxy signs people in, and says who they are in a header of its own (https://cloud.google.com/iap/docs/signed-headers-howto).</summary>
    private const string IdentityAwareProxy = "https://cloud.google.com/iap", ProxyHeader = "X-Goog-IAP-JWT-Assertion";

    private static readonly string[] Google = ["https://accounts.google.com", "accounts.google.com"];

    private readonly Settings _settings;
    private readonly TimeProvider _time;
    private readonly KeySet? _keys;
    private readonly string[] _issuers;
    private readonly Dictionary<string, Caller> _callers;

    /// <exception cref="FormatException">Nothing says how callers are known, or who they are.</exception>
    /// <exception cref="IOException">The file of keys can not be read.</exception>
    public Gate(Settings settings, ContractSet contracts, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        if (!settings.ApiOpen)
        {
            if (settings.ApiAudience is null)
                throw new FormatException("Nothing says who may call: set LANDFALL_API_AUDIENCE and LANDFALL_API_ROLES, and LANDFALL_API_KEYS or, behind Cloud Run's IAM, LANDFALL_BEHIND_IAM=true; or, where nobody else can reach it, LANDFALL_API_OPEN=true.");
            if (settings.ApiKeys is null && !settings.BehindIam)
                throw new FormatException("LANDFALL_API_KEYS is not set, and nobody else verifies the signatures of tokens; where Cloud Run's IAM does, and lets nobody in but its invokers, set LANDFALL_BEHIND_IAM=true.");
        }
        _keys = settings.ApiKeys is { } file ? new(file, time) : null;
        _issuers = settings.ApiIssuer is { } issuer ? [issuer] : Google;
        _callers = Callers(settings.ApiRoles ?? [], [.. contracts.All.SelectMany(contract => contract.Roles).Select(role => role.Name).Distinct()]);
    }

    /// <exception cref="ProblemException">401 for a token that is none, or not for us; 403 for one of somebody who has no role.</exception>
    public Caller Identify(HttpRequest request)
    {
        if (_settings.ApiOpen) return Caller.Everyone;
        var proxied = _settings.ApiIssuer == IdentityAwareProxy;
        var text = proxied ? request.Headers[ProxyHeader] is [{ Length: > 0 } assertion] ? assertion : null : WebToken.Bearer(request, verifiedByPlatform: _keys is null);
        var token = WebToken.Parse(text ?? throw Unknown("The request has no bearer token")) ?? throw Unknown("The bearer token is no JSON Web Token");
        if (_keys is not null)
        {
            if (WebToken.Text(token.Header, "alg") is not ("RS256" or "ES256")) throw Unknown("The bearer token is not signed with RS256 or ES256");
            if (!_keys.Verifies(token)) throw Unknown("The bearer token's signature is of no key that is known here");
        }
        if (token.Fault(_issuers, _settings.ApiAudience!, _time.GetUtcNow()) is { } fault) throw Unknown(fault);
        // The proxy has verified it, and has no word for that.
        var email = (proxied ? WebToken.Text(token.Claims, "email") : token.VerifiedEmail)
            ?? throw new ProblemException(StatusCodes.Status403Forbidden, "The bearer token names no verified email", "ask for a token with the claims email and email_verified");
        return _callers.GetValueOrDefault(email)
            ?? throw new ProblemException(StatusCodes.Status403Forbidden, "The bearer token's email has no role here", "a contract names its roles; LANDFALL_API_ROLES says who has them");
    }

    private static ProblemException Unknown(string detail) => new(StatusCodes.Status401Unauthorized, detail, "send Authorization: Bearer and an OIDC token for this API that has not expired");

    private static Dictionary<string, Caller> Callers(IReadOnlyList<(string Role, string Email)> roles, List<string> known)
    {
        foreach (var (role, _) in roles.Where(pair => !known.Contains(pair.Role)))
            throw new FormatException($"LANDFALL_API_ROLES: no contract has the role '{role}'{(known.Count == 0 ? "" : $"; did you mean {NearestName.Of(role, known)}?")}");
        return roles.GroupBy(pair => pair.Email, pair => pair.Role).ToDictionary(group => group.Key, group => new Caller(group.Key, group.ToHashSet(), all: false));
    }
}
