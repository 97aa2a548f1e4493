using System.Text.Json;
using Landfall.Cloud;
using Landfall.Events;
using Landfall.Hosting;
using Landfall.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Landfall.Functions;

/// <summary>
/// A tick of the job <c>&lt;report&gt;-publish</c>, whose URL may say parameters, or <c>POST /publish</c>: the report's answer becomes its table in BigQuery. A tick that comes
/// again is the same load job, and so is a request with the same <c>Idempotency-Key</c>.
/// </summary>
public sealed class ReportPublish(ReportSet reports, ReportPublisher publisher, Settings settings) : IHttpFunction
{
    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Method != HttpMethods.Post) throw new BadHttpRequestException("There is POST /publish, and ticks, which are POSTs, too.", StatusCodes.Status405MethodNotAllowed);
        // A sender that hangs up cancels nothing: what is finished late is found done when it asks again.
        using var timeout = new CancellationTokenSource(settings.Timeout);
        try
        {
            var order = context.Request.Path == "/publish" ? await PublishOrder.ReadAsync(context.Request, timeout.Token) : Ticked(await EventReader.ReadAsync(context.Request, timeout.Token));
            var report = reports.Find(order.Report) ?? throw Unknown(order.Report);
            await AnswerAsync(context.Response, await publisher.PublishAsync(report, order.Parameters, order.Key, timeout.Token));
        }
        catch (BadEventException e)
        {
            throw new BadHttpRequestException(e.Message, e.Status, e);
        }
        catch (BadParameterException e)
        {
            throw new BadHttpRequestException($"{e.Message}{(e.Hint is null ? "" : $": {e.Hint}")}.", e);
        }
    }

    /// <summary>What only this function needs.</summary>
    /// <exception cref="FormatException">When it is made: a setting is missing.</exception>
    public static void Services(IServiceCollection services)
    {
        services.AddSingleton(provider => new ReportPublisher(
            provider.GetService<NpgsqlDataSource>() ?? throw new FormatException("LANDFALL_POSTGRES is not set; reports are asked of that database."),
            provider.GetService<BigQueryClient>() ?? throw new FormatException("GOOGLE_CLOUD_PROJECT is not set; reports are published to BigQuery in that project."),
            provider.GetRequiredService<Settings>()));
        services.AddScoped<ReportPublish>();
    }

    private PublishOrder Ticked(Delivery delivery)
    {
        if (delivery.Data is not TickData tick) throw new BadEventException($"The event is of the type '{delivery.Event.Type}'; expected a tick of Cloud Scheduler, or POST /publish.");
        var report = reports.All.FirstOrDefault(report => report.Job == tick.JobName)
            ?? throw new RetryException($"No report has a job '{tick.JobName}'", "A job of the scheduler is named <report>-publish: rename it, or delete it.");
        return new(report.Name.Name, [.. tick.Parameters], tick.Run);
    }

    private BadHttpRequestException Unknown(string name) => new(
        reports.All.Count == 0 ? "There is no report." : $"There is no report of that name; did you mean {NearestName.Of(name.Length <= 100 ? name : name[..100], reports.All.Select(report => report.Name.Name))}?",
        StatusCodes.Status404NotFound);

    private static async Task AnswerAsync(HttpResponse response, Publication publication)
    {
        response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("report", publication.Report.Name.Name);
        json.WriteStartObject("parameters");
        foreach (var (name, value) in publication.Parameters) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("table", publication.Table);
        json.WriteNumber("rows", publication.Job.Rows);
        json.WriteString("job", publication.Job.Id);
        json.WriteEndObject();
    }
}
