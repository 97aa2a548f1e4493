using Landfall.Hosting;
using Landfall.Web.Reading;
using Microsoft.AspNetCore.Http;

namespace Landfall.Web;

/// <summary>Which page is where. All are read-only, but for the local cloud's button that fires a tick.</summary>
internal sealed class PageRouter(
    PageWriter writer, OverviewReader overview, DatasetReader datasets, LandingReader landings, RejectsFile rejects, ArrivalsReader arrivals, MatrixReader matrix, ReportPageReader reports,
    BackupsReader backups, CostsReader costs, LocalReader local)
{
    /// <exception cref="ProblemException">There is no such page, or it can not be read.</exception>
    public async Task HandleAsync(PageRequest page)
    {
        var method = page.Http.Request.Method;
        if (page.Path is ["local", "jobs", var job]) local.Fire(page, job);
        else if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method)) throw new ProblemException(StatusCodes.Status405MethodNotAllowed, "Pages are read, and nothing else") { Headers = [("Allow", "GET, HEAD")] };
        else if (page.Path is ["datasets", var dataset, "landings", var landing, "rejects.csv"]) await rejects.SendAsync(page, dataset, landing);
        else if (page.Path is ["datasets", var drawn, "tables.svg"]) await datasets.SendDiagramAsync(page, drawn);
        else await writer.SendAsync(page, await ReadAsync(page));
    }

    private Task<Sheet> ReadAsync(PageRequest page) => page.Path switch
    {
        [] => overview.ReadAsync(page),
        ["datasets", var id] => datasets.ReadAsync(page, id),
        ["datasets", var id, "landings"] => landings.ReadAsync(page, id),
        ["datasets", var id, "landings", var landing] => landings.ReadOneAsync(page, id, landing),
        ["datasets", var id, "matrix"] => matrix.ReadAsync(page, id),
        ["arrivals"] => arrivals.ReadAsync(page),
        ["reports"] => Task.FromResult(reports.All(page)),
        ["reports", var name] => reports.ReadAsync(page, name),
        ["backups"] => backups.ReadAsync(page),
        ["costs"] => costs.ReadAsync(page),
        ["local"] => local.ReadAsync(page),
        _ => throw new ProblemException(StatusCodes.Status404NotFound, "There is no such page", "begin with the datasets"),
    };
}
