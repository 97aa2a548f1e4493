using Landfall.Hosting;
using Landfall.Rest.Routing;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Access;

/// <summary>Who the caller is, by the token that the request carries.</summary>
internal sealed class Gate
{
    private readonly Settings _settings;

    /// <exception cref="FormatException">Nothing says how callers are known.</exception>
    public Gate(Settings settings)
    {
        _settings = settings;
        if (!settings.ApiOpen && settings.ApiAudience is null)
            throw new FormatException("Nothing says who may call: set LANDFALL_API_AUDIENCE and LANDFALL_API_ROLES, and outside of Cloud Run LANDFALL_API_KEYS; or, where nobody else can reach it, LANDFALL_API_OPEN=true.");
    }

    /// <exception cref="ProblemException">401 for a token that is none, 403 for one of somebody who has no role.</exception>
    public Caller Identify(HttpRequest request) =>
        _settings.ApiOpen ? Caller.Everyone : throw new ProblemException(StatusCodes.Status401Unauthorized, "The request has no bearer token");
}
