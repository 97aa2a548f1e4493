using System.CommandLine;
using Landfall.Contracts;
using Landfall.Contracts.Comparing;
using Landfall.Tool.Output;

namespace Landfall.Tool.Commands;

/// <summary><c>contract diff OLD NEW</c>: each change, safe or breaking, for a CI.</summary>
internal sealed class ContractDiffCommand : ToolCommand
{
    private readonly Argument<string> _old = new("OLD") { Description = "The contract as it is in use, or a folder of contracts" };
    private readonly Argument<string> _new = new("NEW") { Description = "The contract as it would be, or the folder" };

    public ContractDiffCommand(ToolRunner runner) : base(runner, "diff", "Tell what has changed between contracts, and whom that breaks")
    {
        Arguments.Add(_old);
        Arguments.Add(_new);
    }

    public override Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken)
    {
        var changes = ContractComparison.Between(Read(context, line.GetValue(_old)!), Read(context, line.GetValue(_new)!));
        var breaking = changes.Count(change => change.IsBreaking);
        context.Output.Answer(
            people =>
            {
                if (changes.Count > 0)
                {
                    people.Table(["", "contract", "where", "what", "why"], changes.OrderByDescending(change => change.IsBreaking).Select(change => (IReadOnlyList<string?>)
                        [change.IsBreaking ? "breaking" : "safe", change.Contract, change.Path, change.What, change.Why]));
                }
                people.Line(changes.Count == 0 ? "no change that anybody could notice" : $"{breaking} breaking, {changes.Count - breaking} safe", breaking > 0 ? Styles.Bad : Styles.Good);
            },
            json =>
            {
                json.WriteBoolean("breaking", breaking > 0);
                json.WriteStartArray("changes");
                foreach (var change in changes)
                {
                    json.WriteStartObject();
                    json.WriteString("contract", change.Contract);
                    json.WriteString("path", change.Path);
                    json.WriteBoolean("breaking", change.IsBreaking);
                    json.WriteString("what", change.What);
                    json.WriteString("why", change.Why);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            });
        return Task.FromResult(breaking > 0 ? ExitCode.Fault : ExitCode.Fine);
    }

    /// <summary>All contracts of a folder; of a file that one, read among those of the folder in use, to which it may refer.</summary>
    private static List<Contract> Read(ToolContext context, string path)
    {
        var full = Path.GetFullPath(path, context.Host.Folder);
        if (Directory.Exists(full)) return [.. ContractReader.Read(full, context.Settings.Environment).All];
        var file = context.File(path);
        return [.. context.ContractsWith([file.FullName]).All.Where(contract => contract.File == file.Name)];
    }
}
