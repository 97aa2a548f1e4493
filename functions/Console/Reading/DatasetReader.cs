using Landfall.Web.Drawing;
using Landfall.Web.Pages;
using Landfall.Contracts;
using Landfall.Contracts.Rendering;
using Microsoft.AspNetCore.Http;

namespace Landfall.Web.Reading;

/// <summary>One dataset.</summary>
internal sealed class DatasetReader(ContractSet contracts, OverviewReader overview, Ledgers ledgers, Alerts alerts, TimeProvider clock)
{
    /// <summary>Landings on its page; the others are on theirs.</summary>
    private const int Few = 8;

    public async Task<Sheet> ReadAsync(PageRequest page, string id)
    {
        var contract = contracts.Find(id, page.Caller);
        var landings = ledgers.LandingsAsync(contract, new(Few), page.Cancellation);
        var row = await overview.RowAsync(contract, await alerts.BoardAsync(page.Cancellation), page.Cancellation);
        var tables = string.Join(", ", Diagram(contract, page).Tables.Select(table => table.Name));
        return Sheet.Of<Dataset, DatasetModel>(contract.Name ?? contract.Id.Name, page.Links.Overview, new(contract, row, await landings, ContractHtml.Of(contract, page.Links), tables, clock.GetUtcNow()));
    }

    /// <summary>The tables of its schema, and how they refer to each other, as a picture.</summary>
    public async Task SendDiagramAsync(PageRequest page, string id)
    {
        var picture = Diagram(contracts.Find(id, page.Caller), page).ToSvg();
        page.Http.Response.ContentType = "image/svg+xml; charset=utf-8";
        // Its colours stand in it.
        page.Http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        await page.Http.Response.WriteAsync(picture, page.Cancellation);
    }

    /// <summary>Of datasets that the caller may read.</summary>
    private ErDiagram Diagram(Contract contract, PageRequest page) => ErDiagram.Of([.. contracts.All.Where(one => Readers.MayRead(page.Caller, one))]).First(diagram => diagram.Sink == contract.Sink && diagram.Schema == contract.Tables[0].Schema);
}
