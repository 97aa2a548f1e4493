using Landfall.Hosting;
using Landfall.Reports;
using Landfall.Rest.Documents;
using Landfall.Rest.Reading;
using Landfall.Rest.Routing;
using Landfall.Rest.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Landfall.Rest.Reports;

/// <summary><c>GET /{report}</c>, one a report: its rows, for parameters that the query says.</summary>
internal sealed class GetReport(ApiReport report, TableStore store, Settings settings) : Handler(HttpMethods.Get, $"/{report.Name}")
{
    /// <summary>An answer up to this size is sent when it is whole, so that what breaks before is still answered with a problem; of a larger one the rest follows in such parts.</summary>
    private const int Part = 1 << 20;

    /// <summary>One that takes longer would keep others waiting for its connection.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public override async Task HandleAsync(ApiRequest request)
    {
        report.Require(request.Caller);
        var asked = Ask(request.Http.Request);
        var format = RowFormat.For(request.Http.Request);
        var body = TextBuffers.Rent();
        try
        {
            await using (var rows = await ReportRows.OpenAsync(store.Database, asked, settings.Timeout < Patience ? settings.Timeout : Patience, alone: false, request.Cancellation))
            {
                using var writer = new RowWriter(rows.Reader, report.Columns, format, body);
                format.Begin(body, report.Columns);
                for (var first = true; await rows.Reader.ReadAsync(request.Cancellation); first = false)
                {
                    writer.Write(first);
                    if (body.Length < Part) continue;
                    await Answer.SendPartAsync(request.Response, format, body, request.Cancellation);
                    body.Clear();
                }
                format.End(body);
            }
            if (request.Response.HasStarted) await Answer.SendPartAsync(request.Response, format, body, request.Cancellation);
            else await Answer.SendAsync(request.Response, format, body, request.Cancellation);
        }
        finally
        {
            TextBuffers.Return(body);
        }
    }

    public override void Describe(OpenApiDocument document)
    {
        if (report.IsFor(document.Caller)) document.Add(Method, Template.Text, ReportOperation.Of(report));
    }

    private Asked Ask(HttpRequest request)
    {
        var said = new List<KeyValuePair<string, string>>();
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value)) said.Add(new(pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        try
        {
            return Asked.Of(report.Report, said);
        }
        catch (BadParameterException e)
        {
            throw ProblemException.Bad(e.Message, e.Hint);
        }
    }
}
