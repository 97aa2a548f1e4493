using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Landfall.Rest.Reading;

/// <summary>
/// A row's ETag: the transaction that has written this version of it (<c>xmin</c>). It is another after every change, whoever makes it. Writes compare it with
/// <c>If-Match</c>.
/// </summary>
internal static class RowTag
{
    /// <param name="version">The row's xmin.</param>
    public static string Of(uint version, RowFormat format) => string.Create(CultureInfo.InvariantCulture, $"\"{version:x}{format.Suffix}\"");

    /// <summary>The version that a tag names, in whatever format the row was read; null for what is no tag of ours.</summary>
    public static uint? Version(EntityTagHeaderValue tag)
    {
        var text = tag.Tag.AsSpan().Trim('"');
        if (text.IndexOf('-') is > 0 and var suffix) text = text[..suffix];
        return !tag.IsWeak && uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var version) ? version : null;
    }

    /// <summary>Whether the caller has this version (If-None-Match; RFC 9110, section 13.1.2).</summary>
    public static bool IsKnown(HttpRequest request, string tag) =>
        request.Headers.IfNoneMatch is { Count: > 0 } header && EntityTagHeaderValue.TryParseList(header, out var tags)
        && tags.Any(known => known.Tag == "*" || known.Tag == tag);
}
