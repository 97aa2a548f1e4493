using Landfall.Hosting.Access;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Routing;

/// <summary>A request on its way to its handler.</summary>
/// <param name="Http">The request itself, and the response.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Values">What stands in the path for the template's values, percent-encoded.</param>
/// <param name="Cancellation">The caller is gone, or the time is over.</param>
internal sealed record ApiRequest(HttpContext Http, Caller Caller, IReadOnlyDictionary<string, string> Values, CancellationToken Cancellation)
{
    /// <summary>A value of the path, decoded.</summary>
    public string Value(string name) => Uri.UnescapeDataString(Values[name]);

    public HttpResponse Response => Http.Response;
}
