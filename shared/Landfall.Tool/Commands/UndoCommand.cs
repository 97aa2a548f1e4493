using System.CommandLine;
using System.Globalization;
using Landfall.Operations;
using Landfall.Tool.Output;

namespace Landfall.Tool.Commands;

/// <summary><c>undo SOURCE</c>: what a file has brought goes, and what it had replaced comes back.</summary>
internal sealed class UndoCommand : ToolCommand
{
    private readonly Argument<string> _source = new("SOURCE") { Description = "As a receipt says it: bucket/name, or bucket/name#generation" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would be done, and do nothing" };
    private readonly WaitOptions _wait = new();

    public UndoCommand(ToolRunner runner) : base(runner, "undo", "Take back what a file has brought: the version before it lands again")
    {
        Arguments.Add(_source);
        Options.Add(_dryRun);
        _wait.AddTo(this);
    }

    public override async Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken)
    {
        var (bucket, name, generation) = Read(context, line.GetRequiredValue(_source));
        var undoer = context.Service<Undoer>();
        var plan = await undoer.PlanAsync(bucket, name, generation, cancellationToken);
        var instead = plan.Instead?.Identity ?? "an empty file";
        if (line.GetValue(_dryRun))
        {
            context.Output.Answer(people => people.Line($"{plan.Undone.Identity} would be undone: {instead} would land in its place\nnothing was done"), json =>
            {
                json.WriteString("undone", plan.Undone.Identity);
                json.WriteString("instead", plan.Instead?.Identity);
            });
            return ExitCode.Fine;
        }
        var version = await undoer.UndoAsync(plan, cancellationToken);
        var receipt = await _wait.WaitAsync(context, line, plan.Contract, version, cancellationToken);
        context.Output.Answer(
            people =>
            {
                if (receipt?.Outcome == "landed") people.Line($"{plan.Undone.Identity} is undone: {instead} stands in its place");
                else people.Line($"{plan.Undone.Identity} is not undone yet: {instead} has been put in its place in the bucket", Styles.Warning);
                ReceiptLine.Show(people, version, receipt, _wait.IsOff(line));
            },
            json =>
            {
                json.WriteString("undone", plan.Undone.Identity);
                json.WriteString("instead", plan.Instead?.Identity);
                json.WriteStartArray("landings");
                ReceiptLine.Write(json, version, receipt);
                json.WriteEndArray();
            });
        return ReceiptLine.Code([receipt], _wait.IsOff(line));
    }

    private static (string Bucket, string Name, long? Generation) Read(ToolContext context, string source)
    {
        var text = source.StartsWith("gs://", StringComparison.Ordinal) ? source[5..] : source;
        long? generation = null;
        if (text.LastIndexOf('#') is > 0 and var mark && long.TryParse(text[(mark + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) (text, generation) = (text[..mark], number);
        if (text.Split('/', 2) is not [{ Length: > 0 } bucket, { Length: > 0 } name]) throw new UsageException($"'{source}' is no source", "as a receipt says it: bucket/name#generation");
        var prefix = context.Settings.BucketPrefix;
        return (bucket.StartsWith(prefix, StringComparison.Ordinal) ? bucket[prefix.Length..] : bucket, name, generation);
    }
}
