using Landfall.Hosting;
using Landfall.Hosting.Access;
using Microsoft.AspNetCore.Http;

namespace Landfall.Web;

/// <summary>A page that somebody asks for.</summary>
internal sealed record PageRequest(HttpContext Http, Caller Caller)
{
    /// <summary>The path's parts, decoded; none for the first page.</summary>
    public string[] Path { get; } = (Http.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);

    public Links Links { get; } = new(Http.Request.PathBase.Value ?? "");

    public CancellationToken Cancellation => Http.RequestAborted;

    /// <summary>A part of the query; null where it is not there, or empty.</summary>
    /// <exception cref="ProblemException">400: it is there twice.</exception>
    public string? Query(string name) => Http.Request.Query[name] switch
    {
        { Count: > 1 } => throw ProblemException.Bad($"{name} is said twice", "keep one of the two"),
        var one => string.IsNullOrEmpty(one) ? null : (string?)one,
    };
}
