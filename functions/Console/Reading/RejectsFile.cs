using System.Globalization;
using CsvHelper;
using Landfall.Landings;

namespace Landfall.Web.Reading;

/// <summary>A landing's rejects as a file, masked as on its page.</summary>
internal sealed class RejectsFile(LandingReader landings, QuarantineReader quarantine)
{
    public async Task SendAsync(PageRequest page, string id, string landing)
    {
        var entry = await landings.FindAsync(page, id, landing);
        var response = page.Http.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"rejects-{entry.Source.Contract.Id}-{entry.Source.Version.LandingId}.csv\"");
        // A spreadsheet runs what begins with "=".
        var csv = CsvWriter.Create(response.Body, new CsvWriterOptions { Injection = CsvInjection.Escape }, leaveOpen: true);
        await using (csv)
        {
            csv.WriteHeader("line", "column", "rule", "value", "reason", "row");
            await foreach (var row in quarantine.ReadAsync(entry, int.MaxValue, page.Cancellation))
            {
                var shown = Masked.Of(row, entry.Source.Contract, page.Caller);
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
}
