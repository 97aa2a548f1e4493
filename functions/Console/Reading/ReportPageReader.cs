using Landfall.Web.Drawing;
using Landfall.Web.Pages;
using Landfall.Hosting;
using Landfall.Hosting.Access;
using Landfall.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Landfall.Web.Reading;

/// <summary>Reports: their rows, and the charts of them that their headers name.</summary>
internal sealed class ReportPageReader(ReportSet reports, Questions questions, IServiceProvider services)
{
    /// <summary>Rows on a page; the API has them all.</summary>
    public const int Most = 1000;

    /// <summary>Rows that charts are made of.</summary>
    private const int MostDrawn = 20_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public Sheet All(PageRequest page) => Sheet.Of<Pages.Reports, ReportList>("Reports", page.Links.Reports, new([.. reports.All.Where(report => MayAsk(page.Caller, report))]));

    public async Task<Sheet> ReadAsync(PageRequest page, string name)
    {
        var report = reports.All.FirstOrDefault(report => report.Name.Name == name && MayAsk(page.Caller, report))
            ?? throw new ProblemException(StatusCodes.Status404NotFound, $"There is no report {ProblemException.Shown(name)} that you may ask", "the reports are listed on a page of their own");
        // A form sends what was left empty, too.
        var said = page.Http.Request.Query.SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? ""))).Where(pair => pair.Value.Length > 0).ToList();
        var model = await AskAsync(report, said, page.Cancellation);
        if (model.Fault is not null) page.Http.Response.StatusCode = model.Asked is null ? StatusCodes.Status400BadRequest : StatusCodes.Status503ServiceUnavailable;
        return Sheet.Of<ReportPage, ReportModel>(report.Name.Name, page.Links.Reports, model);
    }

    private async Task<ReportModel> AskAsync(Report report, List<KeyValuePair<string, string>> said, CancellationToken cancellationToken)
    {
        var shown = report.Parameters.ToDictionary(parameter => parameter.Name, parameter => said.Find(pair => pair.Key == parameter.Name).Value ?? parameter.Default ?? "");
        Asked asked;
        try
        {
            asked = Asked.Of(report, said);
        }
        catch (BadParameterException e)
        {
            return new(report, null, shown, null, [], e.Message, e.Hint);
        }
        var database = services.GetService<NpgsqlDataSource>() ?? throw new ProblemException(StatusCodes.Status503ServiceUnavailable, "Reports are asked of Postgres, and none is set", "set LANDFALL_POSTGRES");
        try
        {
            var answer = new Answer(MostDrawn);
            await questions.AskAsync(async token =>
            {
                await using var rows = await ReportRows.OpenAsync(database, asked, Patience, alone: false, token);
                await rows.WriteAsync(answer, token);
                return answer;
            }, cancellationToken);
            return new(report, asked, shown, answer, [.. report.Charts.Select(chart => BarChart.Of(chart, report, answer.Rows))], null, null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is NpgsqlException or RetryException or RejectException or OperationCanceledException)
        {
            var (fault, hint) = e switch { RetryException retry => (retry.Message, retry.Hint), RejectException reject => (reject.Message, reject.Hint), _ => ("Postgres does not answer the report in time, or not at all", "try again in a moment") };
            return new(report, asked, shown, null, [], fault, hint);
        }
    }

    private static bool MayAsk(Caller caller, Report report) => report.Tables.All(read => caller.HasOneOf(TableRoles.Readers(read.Contract, read.Table)));
}
