using Landfall.Hosting;
using Landfall.Rest.Documents;

namespace Landfall.Rest.Routing;

/// <summary>One route: what it answers, and what <c>openapi.json</c> says of it. One class, one file; <see cref="Routes"/> lists them.</summary>
/// <param name="method">GET, POST…; a GET answers HEAD, too.</param>
/// <param name="template"><c>/tables/{table}/rows</c>: a segment in braces is a value.</param>
internal abstract class Handler(string method, string template)
{
    public string Method { get; } = method;

    public RouteTemplate Template { get; } = new(template);

    /// <summary>Whether it answers without knowing the caller: what it says holds nothing of the tables.</summary>
    public virtual bool Public => false;

    /// <summary>Whether it does next to nothing between one wait and the next: then it stays on the thread that has read the request.</summary>
    public virtual bool IsBrief => false;

    /// <exception cref="ProblemException">The request can not be done; it says why.</exception>
    public abstract Task HandleAsync(ApiRequest request);

    /// <summary>Adds its operations, one a table where it is about tables, for those that the document's reader may use.</summary>
    public abstract void Describe(OpenApiDocument document);
}
