using System.CommandLine;
using System.Globalization;
using Landfall.Cloud;
using Landfall.Landings;
using Landfall.Operations;
using Landfall.Tool.Output;

namespace Landfall.Tool.Commands;

/// <summary><c>replay DATASET</c>: the files of some days land again.</summary>
internal sealed class ReplayCommand : ToolCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "The contract" };
    private readonly Option<DateOnly> _from = new("--from") { Description = "Files of that day and later: by the date in their name, else by when they came", HelpName = "DAY", Required = true };
    private readonly Option<DateOnly?> _to = new("--to") { Description = "Files of that day and earlier [default: --from]", HelpName = "DAY" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say which, and do nothing" };
    private readonly WaitOptions _wait = new();

    public ReplayCommand(ToolRunner runner) : base(runner, "replay", "Land the files of some days again, each as a new version of itself")
    {
        Arguments.Add(_dataset);
        Options.Add(_from);
        Options.Add(_to);
        Options.Add(_dryRun);
        _wait.AddTo(this);
    }

    public override async Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken)
    {
        var contract = context.Contract(line.GetRequiredValue(_dataset));
        var replayer = context.Service<Replayer>();
        var from = line.GetValue(_from);
        var found = await replayer.FindAsync(contract, from, line.GetValue(_to) ?? from, cancellationToken);
        if (found.Count == 0) throw new RejectException($"no file of {contract.Id} is of these days", $"the pattern is {contract.Object}");
        if (line.GetValue(_dryRun))
        {
            context.Output.Answer(people =>
            {
                foreach (var version in found) people.Line(version.Identity);
                people.Line("nothing was done");
            }, json => Names(json, "would", found));
            return ExitCode.Fine;
        }
        // One after another: what is older is to land before what is newer.
        var again = new List<(StoredObject Version, Receipt? Receipt)>();
        await context.Output.ProgressAsync("replaying", found.Count, async progress =>
        {
            foreach (var version in found)
            {
                var copy = await replayer.AgainAsync(version, version.Generation, cancellationToken);
                again.Add((copy, await _wait.WaitAsync(context, line, contract, copy, cancellationToken)));
                progress.Report(again.Count);
            }
            return 0;
        });
        context.Output.Answer(
            people =>
            {
                foreach (var (version, receipt) in again) ReceiptLine.Show(people, version, receipt, _wait.IsOff(line));
                people.Line(string.Create(CultureInfo.InvariantCulture, $"{again.Count} files were replayed"));
            },
            json =>
            {
                json.WriteStartArray("replayed");
                foreach (var (version, receipt) in again) ReceiptLine.Write(json, version, receipt);
                json.WriteEndArray();
            });
        return ReceiptLine.Code(again.Select(one => one.Receipt), _wait.IsOff(line));
    }

    private static void Names(System.Text.Json.Utf8JsonWriter json, string name, IEnumerable<StoredObject> versions)
    {
        json.WriteStartArray(name);
        foreach (var version in versions) json.WriteStringValue(version.Identity);
        json.WriteEndArray();
    }
}
