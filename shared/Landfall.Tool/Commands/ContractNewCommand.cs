using System.CommandLine;
using Landfall.Contracts;
using Landfall.Landings.Drafts;
using Landfall.Landings.Files;
using Landfall.Sinks;

namespace Landfall.Tool.Commands;

/// <summary><c>contract new FILE</c>: a draft, from a sample.</summary>
internal sealed class ContractNewCommand : ToolCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "A sample: CSV, NDJSON, Excel or Avro" };
    private readonly Option<string> _team = new("--team") { Description = "Who sends such files", HelpName = "NAME", DefaultValueFactory = _ => "my_team" };
    private readonly Option<string?> _dataset = new("--dataset") { Description = "The contract's id [default: from the file's name]", HelpName = "ID" };
    private readonly Option<string> _sink = new("--sink") { Description = "Where the rows land: postgres or bigquery", HelpName = "SINK", DefaultValueFactory = _ => "postgres" };
    private readonly Option<string?> _schema = new("--schema") { Description = "In which schema, or dataset of BigQuery's [default: the team's name]", HelpName = "NAME" };
    private readonly Option<bool> _write = new("--write") { Description = "Write it into the folder of the contracts, instead of printing it" };

    public ContractNewCommand(ToolRunner runner) : base(runner, "new", "Draft a contract from a sample of its files")
    {
        _sink.AcceptOnlyFromAmong("postgres", "bigquery");
        Arguments.Add(_file);
        foreach (var option in (Option[])[_team, _dataset, _sink, _schema, _write]) Options.Add(option);
    }

    public override async Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken)
    {
        var file = context.File(line.GetValue(_file)!);
        if (line.GetValue(_write) && context.Settings.ContractsAreInBucket) throw new UsageException($"the contracts are in {context.Settings.Contracts}, which is not written to from here", "leave the option away, and copy the draft there when it is decided");
        var sink = line.GetValue(_sink) == "bigquery" ? SinkKind.BigQuery : SinkKind.Postgres;
        var (id, yaml) = await ContractDrafter.DraftAsync(file.Name, file.OpenRead, Named(line.GetValue(_team))!.Value, Named(line.GetValue(_dataset)), sink, Named(line.GetValue(_schema)), cancellationToken);
        var written = line.GetValue(_write) ? await WriteAsync(Path.Combine(context.Settings.Contracts, $"{id}.odcs.yaml"), yaml, cancellationToken) : null;
        var rejected = await TryAsync(context, file, id, yaml, cancellationToken);
        context.Output.Answer(
            people =>
            {
                if (written is null) people.Raw(yaml);
                else people.Line($"{written}: look at each \"decide\", then: landfall contract check");
                people.Remark(rejected == 0 ? $"{file.Name} would land by it, every row" : $"{rejected} rows of {file.Name} would be rejected by it: landfall check shows them");
            },
            json =>
            {
                json.WriteString("id", id.Name);
                json.WriteString("path", written);
                json.WriteNumber("rejected", rejected);
                json.WriteString("yaml", yaml);
            });
        return ExitCode.Fine;
    }

    /// <summary>Reads the draft as a contract is read, and the sample by it.</summary>
    private static async Task<long> TryAsync(ToolContext context, FileInfo file, Identifier id, string yaml, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("landfall-draft-");
        try
        {
            var path = Path.Combine(folder.FullName, $"{id}.odcs.yaml");
            await File.WriteAllTextAsync(path, yaml, cancellationToken);
            var contract = ContractReader.ReadWith([path], null, null).All[0];
            var today = DateOnly.FromDateTime(context.Clock.GetUtcNow().UtcDateTime);
            var source = new Source(contract, new(contract.Object!.Bucket, contract.Object.Sample(today), 0, context.Clock.GetUtcNow(), file.Length), contract.Object.HasDate ? today : null);
            return (await FileCheck.RunAsync(source, file.OpenRead, (_, _) => { }, context.Clock, cancellationToken)).Rows!.Rejected;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> WriteAsync(string path, string yaml, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Path.GetDirectoryName(path))) throw new UsageException($"there is no folder {Path.GetDirectoryName(path)}", "--contracts says where the contracts are");
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew);
            await using var text = new StreamWriter(file);
            await text.WriteAsync(yaml.AsMemory(), cancellationToken);
            return path;
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new UsageException($"{path} is there already", "give the draft another id with --dataset");
        }
    }

    private static Identifier? Named(string? text) => text is null ? null
        : Identifier.TryParse(text, out var name) ? name : throw new UsageException($"'{text}' is no name of a team, dataset or schema", "those are of lower-case letters, digits and '_', and begin with a letter");
}
