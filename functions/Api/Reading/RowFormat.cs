using Landfall.Hosting;
using Landfall.Rest.Tables;
using Landfall.Rows;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Landfall.Rest.Reading;

/// <summary>How rows are written: values go from Postgres' binary form straight into the answer's bytes, and no row is ever an object.</summary>
internal abstract class RowFormat
{
    /// <summary>The first is what a caller gets who asks for nothing else.</summary>
    public static IReadOnlyList<RowFormat> All { get; } = [new JsonRows(), new CsvRows(), new NdjsonRows()];

    public abstract string MediaType { get; }

    /// <summary>As the Content-Type says it.</summary>
    public virtual string ContentType => MediaType;

    /// <summary>What tells its ETag from those of other formats: the same row in CSV is another representation.</summary>
    public virtual string Suffix => "";

    /// <summary>Before the first of many rows.</summary>
    public abstract void Begin(TextBuffer text, IReadOnlyList<ApiColumn> columns);

    /// <param name="first">Whether no row stands before it.</param>
    public abstract void BeginRow(TextBuffer text, bool first);

    /// <param name="place">Of the column among those shown.</param>
    /// <param name="value">As Postgres sends it in binary.</param>
    public abstract void Value(TextBuffer text, int place, ApiColumn column, ReadOnlySpan<byte> value);

    public abstract void Null(TextBuffer text, int place, ApiColumn column);

    public abstract void EndRow(TextBuffer text);

    /// <summary>Behind the last of many rows.</summary>
    public abstract void End(TextBuffer text);

    /// <summary>The one that the caller likes best (RFC 9110, section 12.5.1).</summary>
    /// <exception cref="ProblemException">406: there is none that the caller takes.</exception>
    public static RowFormat For(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0 || (accept.Count == 1 && accept[0] is "*/*" or "application/json" or "")) return All[0];
        if (!MediaTypeHeaderValue.TryParseList(accept, out var ranges)) throw Unacceptable();
        // Equals stand in the caller's order, a whole type before a range.
        foreach (var range in ranges.Where(range => range.Quality is null or > 0).OrderByDescending(range => range.Quality ?? 1).ThenBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0))
        {
            if (All.FirstOrDefault(format => new MediaTypeHeaderValue(format.MediaType).IsSubsetOf(new MediaTypeHeaderValue(range.MediaType))) is { } format) return format;
        }
        throw Unacceptable();
    }

    private static ProblemException Unacceptable() => new(
        StatusCodes.Status406NotAcceptable, "Rows do not come in any form that the Accept header names", $"there are {string.Join(", ", All.Select(format => format.MediaType))}");
}
