using System.Globalization;
using CsvHelper;
using Landfall.Cloud;
using Landfall.Hosting;
using Landfall.Landings;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Landfall.Web.Reading;

/// <summary>A landing's rejects as a file, masked as on its page.</summary>
internal sealed class RejectsFile(LandingReader landings, QuarantineReader quarantine)
{
    public async Task SendAsync(PageRequest page, string id, string landing)
    {
        var entry = await landings.FindAsync(page, id, landing);
        await using var rows = quarantine.ReadAsync(entry, int.MaxValue, page.Cancellation).GetAsyncEnumerator(page.Cancellation);
        // A quarantine that can not be read is a page that says so, and no file.
        var more = await FirstAsync(rows, page);
        var response = page.Http.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"rejects-{entry.Source.Contract.Id}-{entry.Source.Version.LandingId}.csv\"");
        // A spreadsheet runs what begins with "=".
        var csv = CsvWriter.Create(response.Body, new CsvWriterOptions { Injection = CsvInjection.Escape }, leaveOpen: true);
        await using (csv)
        {
            csv.WriteHeader("line", "column", "rule", "value", "reason", "row");
            for (; more; more = await rows.MoveNextAsync())
            {
                var shown = Masked.Of(rows.Current, entry.Source.Contract, page.Caller);
                csv.WriteField(shown.Place);
                csv.WriteField(shown.Column);
                csv.WriteField(shown.Rule);
                csv.WriteField(shown.Value);
                csv.WriteField(shown.Reason);
                csv.WriteField(shown.Row);
                await csv.EndRecordAsync(page.Cancellation);
            }
            await csv.FlushAsync(page.Cancellation);
        }
    }

    private static async Task<bool> FirstAsync(IAsyncEnumerator<QuarantinedRow> rows, PageRequest page)
    {
        try
        {
            return await rows.MoveNextAsync();
        }
        catch (Exception e) when (!page.Cancellation.IsCancellationRequested && e is RetryException or HttpRequestException or NpgsqlException or IOException or ObjectGoneException)
        {
            throw new ProblemException(StatusCodes.Status503ServiceUnavailable, "The quarantine does not answer", "try again in a moment", e) { Headers = [("Retry-After", "5")] };
        }
    }
}
