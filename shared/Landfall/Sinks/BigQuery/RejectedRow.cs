using System.Text.Json;
using Landfall.Rows;

namespace Landfall.Sinks.BigQuery;

/// <summary>What stands in <see cref="BigQueryNames.Streamed"/> for a row of a run that broke its contract.</summary>
internal sealed record RejectedRow(string? Column, string Rule, string? Value, string Reason, string Row)
{
    public static byte[] Write(Reject reject, string row) =>
        JsonSerializer.SerializeToUtf8Bytes(new(reject.Column, reject.Rule, reject.Value, reject.Reason, row), RejectedRowJson.Default.RejectedRow);

    public static RejectedRow Read(string fields) => JsonSerializer.Deserialize(fields, RejectedRowJson.Default.RejectedRow)!;

    public Reject ToReject(long line) => new(line, Column, Rule, Value, Reason) { Place = Runs.Pages.Place(line) };
}
