using System.Globalization;
using Landfall.Cloud;
using Landfall.Web.Pages;
using Landfall.Contracts;
using Landfall.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Landfall.Web.Reading;

/// <summary>What contracts cost, month by month: of a table or view with the columns <c>month</c>, <c>contract</c>, <c>cost</c> and <c>currency</c>.</summary>
internal sealed class CostsReader(ContractSet contracts, Settings settings, Questions questions, IServiceProvider services)
{
    /// <summary>Months shown, this one included.</summary>
    private const int Months = 6;

    /// <summary>How long they stand: the export changes a few times a day (https://cloud.google.com/billing/docs/how-to/export-data-bigquery), and each question reads half a year of it.</summary>
    private static readonly TimeSpan Serve = TimeSpan.FromHours(1);

    public async Task<Sheet> ReadAsync(PageRequest page)
    {
        var costs = settings.Costs is { } table && services.GetService<BigQueryClient>() is { } client
            ? await questions.AskNowAndThenAsync("costs", Serve, token => AskAsync(client, table, token), page.Cancellation)
            : null;
        var mine = contracts.All.Where(contract => Readers.MayRead(page.Caller, contract)).Select(contract => contract.Id.Name).ToHashSet();
        return Sheet.Of<Costs, CostsModel>("Costs", page.Links.Costs, new(costs?.Where(cost => mine.Contains(cost.Contract)).ToList()));
    }

    private static async Task<List<CostRow>> AskAsync(BigQueryClient client, TableName table, CancellationToken cancellationToken)
    {
        var sql = $"SELECT month, contract, SUM(cost) AS cost, currency FROM `{table}` WHERE month >= DATE_SUB(DATE_TRUNC(CURRENT_DATE(), MONTH), INTERVAL {(Months - 1).ToString(CultureInfo.InvariantCulture)} MONTH) GROUP BY month, contract, currency";
        var costs = new List<CostRow>();
        try
        {
            await foreach (var row in client.QueryAsync($"landfall-costs-{Guid.NewGuid():N}", new QueryRequest(sql), cancellationToken))
            {
                if (row is [{ } month, var contract, { } cost, var currency])
                    costs.Add(new(DateOnly.ParseExact(month, "yyyy-MM-dd", CultureInfo.InvariantCulture), contract ?? "", decimal.Parse(cost, NumberStyles.Float, CultureInfo.InvariantCulture), currency ?? ""));
            }
        }
        catch (Exception e) when (e is BigQueryException or RetryException or HttpRequestException or OperationCanceledException)
        {
            throw new ProblemException(StatusCodes.Status503ServiceUnavailable, "BigQuery does not tell the costs", "LANDFALL_COSTS names a table with month (DATE), contract, cost and currency", e);
        }
        return costs;
    }
}
