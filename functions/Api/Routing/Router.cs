using Landfall.Hosting;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Routing;

/// <summary>Finds the handler of a request.</summary>
internal sealed class Router(IEnumerable<Handler> handlers)
{
    private readonly Handler[] _handlers = [.. handlers];

    /// <summary>As they are registered.</summary>
    public IReadOnlyList<Handler> Handlers => _handlers;

    /// <param name="method">As the request says it.</param>
    /// <param name="path">Percent-encoded, from the first slash.</param>
    /// <returns>The handler, and the values in the path, percent-encoded.</returns>
    /// <exception cref="ProblemException">404, or 405 with <c>Allow</c>.</exception>
    public (Handler Handler, IReadOnlyDictionary<string, string> Values) Find(string method, string path)
    {
        var segments = path.Split('/');
        List<string>? allowed = null;
        foreach (var handler in _handlers)
        {
            if (handler.Template.Match(segments) is not { } values) continue;
            if (handler.Method == method || (method == HttpMethods.Head && handler.Method == HttpMethods.Get)) return (handler, values);
            (allowed ??= []).AddRange(handler.Method == HttpMethods.Get ? [HttpMethods.Get, HttpMethods.Head] : [handler.Method]);
        }
        if (allowed is null) throw Unknown(path);
        var list = string.Join(", ", allowed.Distinct());
        throw new ProblemException(StatusCodes.Status405MethodNotAllowed, $"{ProblemException.Shown(method)} is not possible here", $"this path takes {list}") { Headers = [("Allow", list)] };
    }

    private ProblemException Unknown(string path)
    {
        var shown = ProblemException.Shown(path);
        var segments = shown.Split('/');
        var nearest = NearestName.Of(shown, _handlers.Select(handler => handler.Template.Filled(segments)).Distinct());
        return new(StatusCodes.Status404NotFound, $"There is nothing at {shown}", $"did you mean {nearest}? /openapi.json lists all that there is");
    }
}
