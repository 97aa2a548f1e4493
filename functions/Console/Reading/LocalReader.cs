using Landfall.Web.Local;
using Landfall.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Landfall.Web.Reading;

/// <summary>The local cloud's own page.</summary>
internal sealed class LocalReader(IServiceProvider services, TimeProvider clock)
{
    private const int MostLetters = 50;

    public async Task<Sheet> ReadAsync(PageRequest page)
    {
        var cloud = Cloud;
        var fired = page.Query("fired") is { } name && cloud.Jobs.Any(job => job.Name == name) ? name : null;
        var model = new LocalModel(await cloud.QueuesAsync(page.Cancellation), await cloud.DeadLettersAsync(MostLetters, page.Cancellation), cloud.Jobs, fired, clock.GetUtcNow());
        return Sheet.Of<Pages.Local, LocalModel>("Local cloud", page.Links.Local, model);
    }

    /// <summary>Fires a tick and goes back to the page.</summary>
    /// <exception cref="ProblemException">It is no such request, or there is no such job.</exception>
    public void Fire(PageRequest page, string job)
    {
        var cloud = Cloud;
        if (!HttpMethods.IsPost(page.Http.Request.Method)) throw new ProblemException(StatusCodes.Status405MethodNotAllowed, "A tick is sent by the button on the page") { Headers = [("Allow", "POST")] };
        // A page of somebody else's must not press our buttons (https://www.w3.org/TR/fetch-metadata/).
        if (page.Http.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin") || page.Http.Request.Headers.Origin is [{ } origin, ..] && origin != $"{page.Http.Request.Scheme}://{page.Http.Request.Host}")
            throw new ProblemException(StatusCodes.Status403Forbidden, "The request comes from another site", "use the button on the page");
        if (!cloud.Fire(job)) throw new ProblemException(StatusCodes.Status404NotFound, $"The scheduler has no job {ProblemException.Shown(job)}");
        page.Http.Response.StatusCode = StatusCodes.Status303SeeOther;
        page.Http.Response.Headers.Location = $"{page.Links.Local}?fired={Uri.EscapeDataString(job)}";
    }

    private ILocalCloud Cloud => services.GetService<ILocalCloud>() ?? throw new ProblemException(StatusCodes.Status404NotFound, "There is no such page", "begin with the datasets");
}
