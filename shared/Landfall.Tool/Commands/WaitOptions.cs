using System.CommandLine;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Landings;

namespace Landfall.Tool.Commands;

/// <summary>Whether, and how long, a command waits for receipts.</summary>
internal sealed class WaitOptions
{
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Do not wait for receipts" };
    private readonly Option<int> _timeout = new("--timeout") { Description = "How long to wait for each receipt, in seconds", HelpName = "SECONDS", DefaultValueFactory = _ => 600 };

    public void AddTo(Command command)
    {
        command.Options.Add(_noWait);
        command.Options.Add(_timeout);
    }

    public bool IsOff(ParseResult line) => line.GetValue(_noWait);

    /// <returns>Null when nobody waits, or none came in time.</returns>
    public async Task<Receipt?> WaitAsync(ToolContext context, ParseResult line, Contract contract, StoredObject version, CancellationToken cancellationToken) =>
        IsOff(line) ? null : await context.Service<Receipts>().WaitAsync(contract, version, TimeSpan.FromSeconds(line.GetValue(_timeout)), cancellationToken);
}
