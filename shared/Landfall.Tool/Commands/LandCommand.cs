using System.CommandLine;
using Landfall.Contracts;
using Landfall.Landings;
using Landfall.Landings.Files;
using Landfall.Tool.Output;
using Microsoft.Extensions.Logging.Abstractions;

namespace Landfall.Tool.Commands;

/// <summary><c>land FILE</c>: the whole pipeline against Postgres alone, for a machine that may reach nothing else.</summary>
internal sealed class LandCommand : ToolCommand
{
    private readonly TargetOptions _target = new();
    private readonly Option<bool> _again = new("--again") { Description = "Land the same bytes once more, as a newer version" };

    public LandCommand(ToolRunner runner) : base(runner, "land", "Land a file in Postgres from here, without a bucket")
    {
        _target.AddTo(this);
        Options.Add(_again);
    }

    public override async Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken)
    {
        var target = _target.Find(context, line, strict: true);
        if (target.Contract.Sink != SinkKind.Postgres) throw new UsageException($"{target.Contract.Id} lands in BigQuery, and this lands in Postgres alone", $"landfall push {target.File.Name} sends it to its bucket");
        var lander = new FileLander(context.Database, context.Sink(target.Contract), context.Clock, NullLogger.Instance);
        var (receipt, already) = await LandAsync(line.GetValue(_again));
        // What was refused may be good by now: the contract is another, or its parents have come.
        if (already && receipt.Outcome == "refused") (receipt, already) = await LandAsync(again: true);
        context.Output.Answer(
            people =>
            {
                if (already) people.Line("these bytes have landed already, under this name; nothing was done (--again lands them once more)", Styles.Warning);
                ReceiptView.Show(people, receipt, target.Contract);
            },
            json =>
            {
                json.WriteBoolean("already", already);
                ReceiptView.Write(json, "receipt", receipt);
            });
        return ReceiptView.IsFine(receipt) ? ExitCode.Fine : ExitCode.Fault;

        async Task<(Receipt Receipt, bool Already)> LandAsync(bool again)
        {
            var source = await target.SourceAsync(again, context.Clock.GetUtcNow(), cancellationToken);
            return await context.Output.ProgressAsync("landing", target.File.Length, progress => lander.LandAsync(source, () => target.Open(progress), cancellationToken));
        }
    }
}
