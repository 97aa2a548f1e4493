using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Landfall.Rest.Routing;

/// <summary>
/// The path of a request as it was sent. Kestrel's own is decoded, but for <c>%2F</c>: whether a comma divides a key or stands in one of its values could no
/// longer be told.
/// </summary>
internal static class RequestPath
{
    /// <summary>Percent-encoded, from behind the function's own prefix; without query and without a slash at its end.</summary>
    public static string Of(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        // "GET http://host/path" is what a proxy is sent (RFC 9112, section 3.2.2).
        if (!target.StartsWith('/') && target.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
            target = target.IndexOf('/', scheme + 3) is > 0 and var slash ? target[slash..] : "/";
        if (target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query) target = target[..query];
        var prefix = context.Request.PathBase.Value?.Length ?? 0;
        var path = prefix < target.Length ? target[prefix..] : "/";
        return path.Length > 1 && path.EndsWith('/') ? path[..^1] : path;
    }
}
