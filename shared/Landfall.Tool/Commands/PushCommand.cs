using System.CommandLine;
using System.Globalization;
using Landfall.Landings;
using Landfall.Tool.Output;

namespace Landfall.Tool.Commands;

/// <summary><c>push FILE</c>: into the contract's bucket, and back comes the receipt.</summary>
internal sealed class PushCommand : ToolCommand
{
    private readonly TargetOptions _target = new();
    private readonly Option<string?> _as = new("--as") { Description = "What to call it, behind the bucket [default: its own name, or the contract's with --date in it]", HelpName = "NAME" };
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Do not wait for the receipt" };
    private readonly Option<int> _timeout = new("--timeout") { Description = "How long to wait for the receipt, in seconds", HelpName = "SECONDS", DefaultValueFactory = _ => 600 };

    public PushCommand(ToolRunner runner) : base(runner, "push", "Send a file to its bucket, and wait for the receipt")
    {
        _target.AddTo(this);
        Options.Add(_as);
        Options.Add(_noWait);
        Options.Add(_timeout);
    }

    public override async Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken)
    {
        var target = Named(context, _target.Find(context, line, strict: line.GetValue(_as) is null), line.GetValue(_as));
        var upload = new Upload(context.Storage, context.Settings.Bucket(target.Contract.Object!.Bucket), target);
        var (version, sent) = await context.Output.ProgressAsync("sending", target.File.Length, progress => upload.RunAsync(progress, cancellationToken));
        if (!sent) context.Output.Remark($"these bytes stand already as gs://{version.Bucket}/{version.Name}; nothing was sent");
        var receipt = line.GetValue(_noWait) ? null : await context.Service<Receipts>().WaitAsync(target.Contract, version, TimeSpan.FromSeconds(line.GetValue(_timeout)), cancellationToken);
        var late = receipt is null && !line.GetValue(_noWait);
        context.Output.Answer(
            people =>
            {
                if (receipt is not null) ReceiptView.Show(people, receipt, target.Contract);
                else people.Line($"{version.Identity}: {(sent ? "sent" : "stands")}");
                if (late) people.Line(string.Create(CultureInfo.InvariantCulture, $"no receipt came within {line.GetValue(_timeout)} s; the file is in its bucket, and the same command waits on"), Styles.Warning);
            },
            json =>
            {
                json.WriteString("object", $"gs://{version.Bucket}/{version.Name}");
                json.WriteString("generation", version.Generation.ToString(CultureInfo.InvariantCulture));
                json.WriteBoolean("sent", sent);
                ReceiptView.Write(json, "receipt", receipt);
            });
        return late ? ExitCode.World : receipt is null || ReceiptView.IsFine(receipt) ? ExitCode.Fine : ExitCode.Fault;
    }

    /// <summary>The file under the name that it gets.</summary>
    private static TargetFile Named(ToolContext context, TargetFile target, string? name)
    {
        var bucket = target.Contract.Object!.Bucket;
        if (name is null)
        {
            if (!target.IsClaimed && target.Contract.Object.Text.Contains('*', StringComparison.Ordinal))
                throw new UsageException($"{target.File.Name} is no name that {target.Contract.Id} takes, which is {target.Contract.Object}", "say what to call it with --as");
            return target;
        }
        if (context.Contracts.Claim(bucket, name) is not { } claim)
            throw new UsageException($"no contract takes {bucket}/{name}; {target.Contract.Id} takes {target.Contract.Object}", $"for example --as {target.Contract.Object.Sample(DateOnly.FromDateTime(context.Clock.GetUtcNow().UtcDateTime))}");
        return target with { Contract = claim.Contract, Name = name, Date = claim.Date };
    }
}
