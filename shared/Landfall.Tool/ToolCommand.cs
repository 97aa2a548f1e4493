using System.CommandLine;

namespace Landfall.Tool;

/// <summary>A command: its words, and what it does. What it throws becomes an exit code and a message by <see cref="ToolRunner"/>.</summary>
internal abstract class ToolCommand : Command
{
    /// <param name="runner">Runs it.</param>
    /// <param name="name">The word.</param>
    /// <param name="description">One sentence, for the help.</param>
    protected ToolCommand(ToolRunner runner, string name, string description) : base(name, description) =>
        SetAction((line, cancellationToken) => runner.RunAsync(this, line, cancellationToken));

    /// <summary>Does it.</summary>
    /// <param name="context">Settings, contracts, connections, and where the answer goes.</param>
    /// <param name="line">What was typed.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public abstract Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken);
}
