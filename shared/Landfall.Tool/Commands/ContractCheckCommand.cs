using System.CommandLine;
using System.Text.Json;
using Landfall.Contracts;
using Landfall.Tool.Output;

namespace Landfall.Tool.Commands;

/// <summary><c>contract check [FILE…]</c>: every fault of every contract, with file, line, path and hint.</summary>
internal sealed class ContractCheckCommand : ToolCommand
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "Contracts to check as if they were in the folder already [default: those of the folder]", Arity = ArgumentArity.ZeroOrMore };

    public ContractCheckCommand(ToolRunner runner) : base(runner, "check", "Tell every fault of the contracts, with file, path and hint") => Arguments.Add(_files);

    public override Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken)
    {
        try
        {
            var files = line.GetValue(_files) is { Length: > 0 } named ? named.Select(file => context.File(file).FullName).ToList() : null;
            var set = files is null ? context.Contracts : context.ContractsWith(files);
            var names = files?.Select(Path.GetFileName).ToHashSet();
            var all = set.All.Where(contract => names is null || names.Contains(contract.File)).ToList();
            context.Output.Answer(people => Show(people, all), json => Write(json, all, []));
            return Task.FromResult(ExitCode.Fine);
        }
        catch (ContractFaultException e)
        {
            context.Output.Answer(people => Show(people, e.Faults), json => Write(json, [], e.Faults));
            return Task.FromResult(ExitCode.Fault);
        }
    }

    private static void Show(ToolOutput output, List<Contract> contracts)
    {
        output.Table(["contract", "version", "rows come from", "lands in", "tables#"], contracts.Select(contract => (IReadOnlyList<string?>)
            [contract.Id.Name, contract.Version, contract.Object?.Text ?? $"topic {contract.Topic}", $"{(contract.Sink == SinkKind.Postgres ? "Postgres" : "BigQuery")} {contract.Schema}", $"{contract.Tables.Count}"]));
        output.Line($"{contracts.Count} contracts, no fault");
    }

    private static void Show(ToolOutput output, IReadOnlyList<ContractFault> faults)
    {
        foreach (var fault in faults)
        {
            output.Line($"{fault.File}{(fault.Line > 0 ? $":{fault.Line}" : "")}{(fault.Path.Length > 0 ? $"  {fault.Path}" : "")}", Styles.Bold);
            output.Line($"    {fault.Message}.");
            if (fault.Hint is not null) output.Line($"    {fault.Hint}.", Styles.Quiet);
        }
        output.Line($"{faults.Count} faults");
    }

    private static void Write(Utf8JsonWriter json, List<Contract> contracts, IReadOnlyList<ContractFault> faults)
    {
        json.WriteStartArray("contracts");
        foreach (var contract in contracts)
        {
            json.WriteStartObject();
            json.WriteString("id", contract.Id.Name);
            json.WriteString("version", contract.Version);
            json.WriteString("object", contract.Object?.Text);
            json.WriteString("topic", contract.Topic);
            json.WriteString("sink", contract.Sink == SinkKind.Postgres ? "postgres" : "bigquery");
            json.WriteStartArray("tables");
            foreach (var table in contract.Tables) json.WriteStringValue(table.ToString());
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("faults");
        foreach (var fault in faults)
        {
            json.WriteStartObject();
            json.WriteString("file", fault.File);
            if (fault.Line > 0) json.WriteNumber("line", fault.Line);
            json.WriteString("path", fault.Path);
            json.WriteString("message", fault.Message);
            if (fault.Hint is not null) json.WriteString("hint", fault.Hint);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
