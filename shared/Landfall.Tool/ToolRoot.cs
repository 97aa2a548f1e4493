using System.CommandLine;
using System.CommandLine.Invocation;
using Landfall.Tool.Commands;

namespace Landfall.Tool;

/// <summary>The tool: all its commands.</summary>
internal static class ToolRoot
{
    /// <param name="arguments">The words behind <c>landfall</c>.</param>
    /// <param name="host">What is around it.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, ToolHost host, CancellationToken cancellationToken = default)
    {
        var options = new GlobalOptions();
        var runner = new ToolRunner(host, options);
        var line = Build(options, runner).Parse(arguments);
        if (line.Action is ParseErrorAction) return runner.Misread(line, arguments.Contains("--json"));
        return await line.InvokeAsync(new() { Output = host.Output, Error = host.Error, EnableDefaultExceptionHandler = false }, cancellationToken);
    }

    private static RootCommand Build(GlobalOptions options, ToolRunner runner)
    {
        var root = new RootCommand("Files that land in Postgres and BigQuery: check them against their contracts, send them, and see what became of them.\n"
            + "Exit codes: 0 fine; 1 the data, or what was asked about, has a fault; 2 the command or the settings do; 3 something can not be reached.");
        options.AddTo(root);
        // In the order of a file's life.
        root.Subcommands.Add(new CheckCommand(runner));
        root.Subcommands.Add(new PlanCommand(runner));
        root.Subcommands.Add(new PushCommand(runner));
        root.Subcommands.Add(new LandCommand(runner));
        root.Subcommands.Add(new StatusCommand(runner));
        root.Subcommands.Add(new ReplayCommand(runner));
        root.Subcommands.Add(new UndoCommand(runner));
        root.Subcommands.Add(new DeadLettersCommand(runner));
        root.Subcommands.Add(new EraseCommand(runner));
        root.Subcommands.Add(new ContractCommand(runner));
        root.Subcommands.Add(new CompletionCommand(runner));
        return root;
    }
}
