using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Landfall.Contracts;
using Landfall.Landings;
using Landfall.Landings.Files;
using Landfall.Rows;
using Landfall.Sinks;
using Landfall.Tool.Output;

namespace Landfall.Tool.Commands;

/// <summary><c>plan FILE</c>: what a landing would do to the tables, counted in a transaction that is rolled back.</summary>
internal sealed class PlanCommand : ToolCommand
{
    /// <summary>Rejects that are shown: <c>check</c> shows all.</summary>
    private const int Shown = 20;

    private readonly TargetOptions _target = new();

    public PlanCommand(ToolRunner runner) : base(runner, "plan", "Tell what a file would do to its tables in Postgres, and do nothing") => _target.AddTo(this);

    public override async Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken)
    {
        var target = _target.Find(context, line, strict: true);
        if (target.Contract.Sink != SinkKind.Postgres) throw new UsageException($"{target.Contract.Id} lands in BigQuery, where a landing can not be carried out and taken back", $"landfall check {target.File.Name} looks at the rows alone");
        var rejects = new List<Reject>();
        var source = await target.SourceAsync(again: true, context.Clock.GetUtcNow(), cancellationToken);
        // As the object that a push would make of it: it takes the place of what that does.
        source = source with { Version = source.Version with { Bucket = context.Settings.Bucket(target.Contract.Object!.Bucket) } };
        var plan = new FilePlan(context.Database, id => context.Contracts[id], context.Settings.Timeout + TimeSpan.FromMinutes(1), context.Clock);
        var (receipt, tables) = await context.Output.ProgressAsync("planning", target.File.Length, progress => plan.RunAsync(source, () => target.Open(progress), Found, cancellationToken));
        context.Output.Answer(people => Show(people, target, receipt, tables, rejects), json => Write(json, target, receipt, tables, rejects));
        return receipt.Outcome == "landed" ? ExitCode.Fine : ExitCode.Fault;

        void Found(Reject reject, ReadOnlySpan<byte> raw)
        {
            if (context.Output.IsJson || rejects.Count < Shown) rejects.Add(reject);
        }
    }

    private static void Show(ToolOutput output, TargetFile target, Receipt receipt, IReadOnlyList<TableResult> tables, List<Reject> rejects)
    {
        if (rejects.Count > 0) RejectTable.Show(output, rejects, values: true);
        if (receipt.Rows!.Rejected > rejects.Count && receipt.Outcome == "landed") output.Line($"… and {receipt.Rows.Rejected - rejects.Count} more: landfall check shows all");
        if (tables.Count > 0)
        {
            output.Table(["table", "partition", "added#", "changed#", "removed#", "left as newer#"], tables.Zip(target.Contract.Tables).Select(pair => (IReadOnlyList<string?>)
                [pair.First.Table, Partition(target, pair.Second), $"{pair.First.Added}", $"{pair.First.Changed}", $"{pair.First.Removed}", $"{pair.First.Older}"]));
        }
        foreach (var finding in receipt.Findings ?? []) output.Line($"finding: {finding.Rule} of {finding.Table} {finding.Message}", Styles.Warning);
        if (receipt.Outcome == "landed") output.Line($"{target.File.Name} would land: {receipt.Rows.Read} rows, {receipt.Rows.Landed} good, {receipt.Rows.Rejected} rejected", Styles.Good);
        else output.Line($"{target.File.Name} would be {receipt.Outcome}: {receipt.Reason}{(receipt.Hint is null ? "" : $"; {receipt.Hint}")}", Styles.Bad);
        output.Line("nothing was done");
    }

    private static void Write(Utf8JsonWriter json, TargetFile target, Receipt receipt, IReadOnlyList<TableResult> tables, List<Reject> rejects)
    {
        json.WriteString("file", target.File.Name);
        json.WriteString("contract", target.Contract.Id.Name);
        json.WriteString("outcome", receipt.Outcome == "landed" ? "lands" : receipt.Outcome);
        if (receipt.Reason is not null) json.WriteString("reason", receipt.Reason);
        if (receipt.Hint is not null) json.WriteString("hint", receipt.Hint);
        json.WriteNumber("read", receipt.Rows!.Read);
        json.WriteNumber("rejected", receipt.Rows.Rejected);
        json.WriteStartArray("tables");
        foreach (var (result, table) in tables.Zip(target.Contract.Tables))
        {
            json.WriteStartObject();
            json.WriteString("table", result.Table);
            if (Partition(target, table) is { } partition) json.WriteString("partition", partition);
            json.WriteNumber("added", result.Added ?? 0);
            json.WriteNumber("changed", result.Changed ?? 0);
            json.WriteNumber("removed", result.Removed ?? 0);
            json.WriteNumber("older", result.Older);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        RejectTable.Write(json, "rejects", rejects);
    }

    /// <summary>The one day that a file touches; null of tables without.</summary>
    private static string? Partition(TargetFile target, Table table) => table.Partition is null ? null : target.Date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
