using System.CommandLine;
using System.Globalization;
using Landfall.Contracts;
using Landfall.Reconciling;
using Landfall.Sinks;
using Landfall.Tool.Output;

namespace Landfall.Tool.Commands;

/// <summary><c>status</c>: of each dataset what landed last, and what was refused since; and the alerts that stand.</summary>
internal sealed class StatusCommand : ToolCommand
{
    private readonly Argument<string[]> _datasets = new("DATASET") { Description = "Contracts [default: all]", Arity = ArgumentArity.ZeroOrMore };

    public StatusCommand(ToolRunner runner) : base(runner, "status", "What landed last, what was refused, and which alerts stand (exit code 1 if any)") => Arguments.Add(_datasets);

    public override async Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken)
    {
        var asked = line.GetValue(_datasets) is { Length: > 0 } ids ? [.. ids.Select(context.Contract)] : context.Contracts.All.ToList();
        var rows = new List<(Contract Contract, LedgerEntry? Landed, LedgerEntry? Refused)>();
        foreach (var contract in asked)
        {
            // A warehouse that the settings do not name is no reason to say nothing of the others.
            if (context.FindSink(contract) is not IReconciledSink sink) continue;
            var entries = await sink.ReadArrivalsAsync(contract, [], cancellationToken);
            var landed = entries.Where(entry => entry.Outcome == Outcome.Landed).MaxBy(entry => entry.FinishedAt);
            var refused = entries.Where(entry => entry.Outcome == Outcome.Refused).MaxBy(entry => entry.FinishedAt);
            rows.Add((contract, landed, refused is not null && refused.FinishedAt > (landed?.FinishedAt ?? DateTimeOffset.MinValue) ? refused : null));
        }
        var alerts = await AlertBoard.ReadAsync(context.Storage, context.Settings.Bucket("receipts"), cancellationToken);
        alerts = [.. alerts.Where(alert => line.GetValue(_datasets) is not { Length: > 0 } only || only.Contains(alert.Alert.Contract))];
        var now = context.Clock.GetUtcNow();
        context.Output.Answer(
            people =>
            {
                people.Table(["dataset", "team", "landed", "ago", "rows#", "rejected#", "source", "refused since"], rows.Select(row => (IReadOnlyList<string?>)
                [
                    row.Contract.Id.Name, row.Contract.Team, row.Landed is { } landed ? Time(landed.FinishedAt) : "never", row.Landed is { } then ? Ago(now - then.FinishedAt) : "", $"{row.Landed?.RowsLanded}",
                    $"{row.Landed?.RowsRejected}", row.Landed?.Source.Version.Identity, row.Refused is { } refused ? $"{refused.Source.Version.Identity}: {refused.Reason}" : "",
                ]));
                foreach (var (alert, since) in alerts)
                {
                    people.Line($"{alert.Kind} of {alert.Contract} since {Time(since)}: {alert.Detail} ({alert.Owner})", Styles.Bad);
                    people.Line($"  {alert.Command}    {alert.Runbook}");
                }
                if (alerts.Count == 0) people.Line("no alert stands", Styles.Good);
            },
            json =>
            {
                json.WriteStartArray("datasets");
                foreach (var (contract, landed, refused) in rows)
                {
                    json.WriteStartObject();
                    json.WriteString("dataset", contract.Id.Name);
                    json.WriteString("team", contract.Team);
                    if (landed is not null)
                    {
                        json.WriteString("landedAt", landed.FinishedAt);
                        json.WriteString("source", landed.Source.Version.Identity);
                        json.WriteNumber("rows", landed.RowsLanded);
                        json.WriteNumber("rejected", landed.RowsRejected);
                    }
                    if (refused is not null)
                    {
                        json.WriteString("refusedAt", refused.FinishedAt);
                        json.WriteString("refusedSource", refused.Source.Version.Identity);
                        json.WriteString("reason", refused.Reason);
                    }
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteStartArray("alerts");
                foreach (var (alert, since) in alerts)
                {
                    json.WriteStartObject();
                    json.WriteString("kind", alert.Kind);
                    json.WriteString("dataset", alert.Contract);
                    json.WriteString("since", since);
                    json.WriteString("owner", alert.Owner);
                    json.WriteString("detail", alert.Detail);
                    json.WriteString("runbook", alert.Runbook);
                    json.WriteString("command", alert.Command);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            });
        return alerts.Count == 0 ? ExitCode.Fine : ExitCode.Fault;
    }

    private static string Time(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Ago(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0} d"),
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalMinutes):0} min"),
    };
}
