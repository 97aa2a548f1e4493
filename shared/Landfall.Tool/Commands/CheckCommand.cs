using System.CommandLine;
using System.Text.Json;
using Landfall.Landings;
using Landfall.Landings.Files;
using Landfall.Rows;
using Landfall.Sinks;
using Landfall.Tool.Output;

namespace Landfall.Tool.Commands;

/// <summary><c>check FILE</c>: what a landing would reject, told without a connection to anything.</summary>
internal sealed class CheckCommand : ToolCommand
{
    private readonly TargetOptions _target = new();
    private readonly Option<int> _limit = new("--limit") { Description = "How many rejects are shown; 0 for all [default: 100, and all with --json]", HelpName = "N", DefaultValueFactory = _ => -1 };

    private readonly Option<string?> _mend = new("--mend") { Description = "Write the rejected rows into a file of their own, to be mended and pushed alone", HelpName = "FILE" };

    public CheckCommand(ToolRunner runner) : base(runner, "check", "Tell which rows of a file its contract rejects; needs no connection")
    {
        _target.AddTo(this);
        Options.Add(_limit);
        Options.Add(_mend);
    }

    public override async Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken)
    {
        var target = _target.Find(context, line, strict: false);
        var limit = line.GetValue(_limit) switch { < 0 when !context.Output.IsJson => 100, <= 0 => int.MaxValue, var given => given };
        var rejects = new List<Reject>();
        var source = new Source(target.Contract, new(target.Contract.Object!.Bucket, target.Name, 0, context.Clock.GetUtcNow(), target.File.Length), target.Date);
        using var mending = await OpenAsync(context, line.GetValue(_mend), target, cancellationToken);
        var receipt = await context.Output.ProgressAsync("checking", target.File.Length, progress => FileCheck.RunAsync(source, () => target.Open(progress), Found, context.Clock, cancellationToken));
        var isFine = ReceiptView.IsFine(receipt);
        if (mending is { Rows: > 0 }) context.Output.Remark($"{mending.Rows} rejected rows are in {line.GetValue(_mend)}");
        context.Output.Answer(people => Show(people, target, receipt, rejects), json => Write(json, target, receipt, rejects));
        return isFine ? ExitCode.Fine : ExitCode.Fault;

        void Found(Reject reject, ReadOnlySpan<byte> raw)
        {
            mending?.Add(raw);
            if (rejects.Count < limit) rejects.Add(reject);
        }
    }

    /// <exception cref="UsageException">Rows of such a file are no lines, or there is a file already.</exception>
    private static async Task<MendingFile?> OpenAsync(ToolContext context, string? path, TargetFile target, CancellationToken cancellationToken)
    {
        if (path is null) return null;
        if (!MendingFile.Takes(target.Contract.Format.Type)) throw new UsageException($"--mend is for CSV and NDJSON, and {target.File.Name} is another", "mend the rows where they are, by their line");
        var full = Path.GetFullPath(path, context.Host.Folder);
        if (File.Exists(full)) throw new UsageException($"{path} is there already", "name a file that is not");
        return new(full, target.Contract, await MendingFile.HeaderAsync(target.Contract, target.Open(), cancellationToken));
    }

    private static void Show(ToolOutput output, TargetFile target, Receipt receipt, List<Reject> rejects)
    {
        if (rejects.Count > 0) RejectTable.Show(output, rejects, values: true);
        var rows = receipt.Rows!;
        var refused = receipt.Outcome != "landed";
        if (!refused && rows.Rejected > rejects.Count) output.Line($"… and {rows.Rejected - rejects.Count} more: --limit 0 shows all");
        output.Line($"{target.File.Name} against {target.Contract.Id} {target.Contract.Version}: {rows.Read} rows, {(refused ? "none lands" : $"{rows.Landed} good, {rows.Rejected} rejected")}"
            + (rows.Collapsed > 0 ? $", {rows.Collapsed} repeat another one exactly" : ""), ReceiptView.IsFine(receipt) ? Styles.Good : Styles.Bad);
        if (refused) output.Line($"The file would be {receipt.Outcome}: {receipt.Reason}{(receipt.Hint is null ? "" : $"; {receipt.Hint}")}");
        else if (rows.Rejected > 0) output.Line(Mending.Of(target.Contract));
        foreach (var finding in receipt.Findings ?? []) output.Line($"finding: {finding.Rule} of {finding.Table} {finding.Message}", Styles.Warning);
        if (!FileCheck.Unchecked(target.Contract).Any()) return;
        output.Line("Looked at only where the tables are (landfall plan):", Styles.Quiet);
        foreach (var rule in FileCheck.Unchecked(target.Contract)) output.Line($"  {rule}", Styles.Quiet);
    }

    private static void Write(Utf8JsonWriter json, TargetFile target, Receipt receipt, List<Reject> rejects)
    {
        json.WriteString("file", target.File.Name);
        json.WriteString("contract", target.Contract.Id.Name);
        json.WriteString("contractVersion", target.Contract.Version);
        json.WriteBoolean("claimed", target.IsClaimed);
        json.WriteString("outcome", receipt.Outcome == "landed" ? "lands" : receipt.Outcome);
        if (receipt.Reason is not null) json.WriteString("reason", receipt.Reason);
        if (receipt.Hint is not null) json.WriteString("hint", receipt.Hint);
        json.WriteStartObject("rows");
        json.WriteNumber("read", receipt.Rows!.Read);
        json.WriteNumber("good", receipt.Rows.Landed);
        json.WriteNumber("rejected", receipt.Rows.Rejected);
        json.WriteNumber("collapsed", receipt.Rows.Collapsed);
        json.WriteEndObject();
        RejectTable.Write(json, "rejects", rejects);
        json.WriteStartArray("findings");
        foreach (var finding in receipt.Findings ?? []) json.WriteStringValue($"{finding.Rule} of {finding.Table} {finding.Message}");
        json.WriteEndArray();
        json.WriteStartArray("unchecked");
        foreach (var rule in FileCheck.Unchecked(target.Contract)) json.WriteStringValue(rule);
        json.WriteEndArray();
    }
}
