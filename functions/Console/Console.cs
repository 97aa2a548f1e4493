using Landfall.Hosting;
using Landfall.Hosting.Access;
using Landfall.Web;
using Microsoft.AspNetCore.Http;

namespace Landfall.Functions;

/// <summary>A request: from a caller who is known, to a page.</summary>
public sealed class Console : IHttpFunction
{
    private readonly Gate _gate;
    private readonly RateLimit _rate;
    private readonly PageRouter _router;
    private readonly PageWriter _writer;

    internal Console(Gate gate, RateLimit rate, PageRouter router, PageWriter writer) => (_gate, _rate, _router, _writer) = (gate, rate, router, writer);

    public async Task HandleAsync(HttpContext context)
    {
        PageWriter.Protect(context.Response);
        var page = new PageRequest(context, Caller.Anyone);
        try
        {
            if (await PageWriter.SendFileAsync(page)) return;
            page = page with { Caller = _gate.Identify(context.Request) };
            _rate.Count(context, page.Caller);
            await _router.HandleAsync(page);
        }
        catch (ProblemException e) when (!context.Response.HasStarted)
        {
            await _writer.SendAsync(page, e);
        }
    }
}
