using Landfall.Hosting;
using Landfall.Rest.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Landfall.Rest.Writing;

/// <summary><c>If-Match</c> and <c>If-None-Match</c> (RFC 9110, section 13.1): nothing is written over what the caller has not seen.</summary>
internal static class Preconditions
{
    /// <param name="version">The row's; null when it is not there.</param>
    /// <exception cref="ProblemException">412: one does not hold. 400: one can not be read.</exception>
    public static void Check(HttpRequest request, uint? version)
    {
        if (Tags("If-Match", request.Headers.IfMatch) is { } wanted && !IsAmong(wanted, version))
            throw Failed(version is null ? "There is no row of that key, and If-Match asks for one" : "The row has changed since: its ETag is none of those in If-Match", "read it again, and send what is to become of it now");
        if (Tags("If-None-Match", request.Headers.IfNoneMatch) is { } known && IsAmong(known, version))
            throw Failed("There is a row of that key, and If-None-Match asks for none", "leave If-None-Match out to put another in its place");
    }

    private static IList<EntityTagHeaderValue>? Tags(string name, StringValues header)
    {
        if (header.Count == 0) return null;
        return EntityTagHeaderValue.TryParseStrictList([.. header.Select(line => line ?? "")], out var tags)
            ? tags
            : throw ProblemException.Bad($"{name} can not be read; it must be ETags in double quotes, with commas between them, or *", "send the ETag as the row's answer had it");
    }

    private static bool IsAmong(IList<EntityTagHeaderValue> tags, uint? version) => version is not null && tags.Any(tag => tag.Tag == "*" || RowTag.Version(tag) == version);

    private static ProblemException Failed(string detail, string hint) => new(StatusCodes.Status412PreconditionFailed, detail, hint);
}
