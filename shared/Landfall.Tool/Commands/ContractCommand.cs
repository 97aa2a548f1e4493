using System.CommandLine;

namespace Landfall.Tool.Commands;

/// <summary><c>contract …</c>: the datasets' own files.</summary>
internal sealed class ContractCommand : Command
{
    public ContractCommand(ToolRunner runner) : base("contract", "Write, check and compare contracts")
    {
        Subcommands.Add(new ContractNewCommand(runner));
        Subcommands.Add(new ContractCheckCommand(runner));
        Subcommands.Add(new ContractDiffCommand(runner));
        Subcommands.Add(new ContractSqlCommand(runner));
    }
}
