using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Landfall.Hosting;

/// <summary>A request that can not be done, as its sender reads it (RFC 9457).</summary>
/// <param name="status">The HTTP status, 4xx or 5xx.</param>
/// <param name="detail">What was found and what was expected; never a value of a table.</param>
/// <param name="hint">What to do about it, or null.</param>
/// <param name="cause">What lies beneath, or null.</param>
public sealed class ProblemException(int status, string detail, string? hint = null, Exception? cause = null) : Exception(detail, cause)
{
    private const int MaxShown = 100;

    public int Status { get; } = status;

    public string? Hint { get; } = hint;

    /// <summary>Headers that the status asks for: <c>Allow</c>, <c>Retry-After</c>.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Writes members of its own into the problem: the entry of each bad row, say.</summary>
    public Action<Utf8JsonWriter>? Members { get; init; }

    /// <summary>What almost all requests are refused with.</summary>
    public static ProblemException Bad(string detail, string? hint = null) => new(StatusCodes.Status400BadRequest, detail, hint);

    /// <summary>What the caller has sent, as it may be told back: no control character, and no more of it than helps.</summary>
    public static string Shown(string text)
    {
        var shown = text.Length > MaxShown ? text[..MaxShown] + "…" : text;
        return string.Concat(shown.Select(c => char.IsControl(c) ? '\uFFFD' : c));
    }

    public Task WriteAsync(HttpResponse response)
    {
        foreach (var (name, value) in Headers) response.Headers[name] = value;
        return Problem.WriteAsync(response, new("problem", Status, Message, Hint), Members);
    }
}
