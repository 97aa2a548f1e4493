using System.CommandLine;
using System.Net.Sockets;
using Landfall.Contracts;
using Landfall.Tool.Output;
using Npgsql;

namespace Landfall.Tool;

/// <summary>Runs a command, and turns whatever it throws into words and an exit code.</summary>
internal sealed class ToolRunner(ToolHost host, GlobalOptions options)
{
    public async Task<int> RunAsync(ToolCommand command, ParseResult line, CancellationToken cancellationToken)
    {
        var output = new ToolOutput(host, line.GetValue(options.Json));
        try
        {
            await using var context = new ToolContext(host, output, line.GetValue(options.Contracts), line.GetValue(options.Home));
            return await command.RunAsync(context, line, cancellationToken);
        }
        catch (Exception e)
        {
            return Fail(output, e, cancellationToken);
        }
    }

    /// <summary>The words of a command line that can not be read.</summary>
    public int Misread(ParseResult line, bool json)
    {
        var command = line.CommandResult.Command.Name;
        new ToolOutput(host, json).Problem(ExitCode.Usage, string.Join(" ", line.Errors.Select(error => error.Message)), $"landfall {(line.CommandResult.Command is RootCommand ? "" : command + " ")}--help says what it takes");
        return ExitCode.Usage;
    }

    private static int Fail(ToolOutput output, Exception exception, CancellationToken cancellationToken)
    {
        var (code, message, hint) = exception switch
        {
            OperationCanceledException when cancellationToken.IsCancellationRequested => (ExitCode.Stopped, "stopped", null),
            UsageException e => (ExitCode.Usage, e.Message, e.Hint),
            ContractFaultException e => (ExitCode.Usage, $"the contracts can not be used:\n  {string.Join("\n  ", e.Faults)}", null),
            FormatException e => (ExitCode.Usage, e.Message, null),
            RejectException e => (ExitCode.Fault, e.Message, e.Hint),
            RetryException e => (ExitCode.World, e.Message, e.Hint),
            PostgresException e => (ExitCode.World, $"Postgres answered SQLSTATE {e.SqlState}: {e.MessageText}", null),
            NpgsqlException e => (ExitCode.World, $"Postgres can not be reached: {e.InnerException?.Message ?? e.Message}", "is the server running, and LANDFALL_POSTGRES (or --home) right?"),
            HttpRequestException or SocketException => (ExitCode.World, exception.Message, "is the address right, and can it be reached from here?"),
            IOException or UnauthorizedAccessException => (ExitCode.Usage, exception.Message, null),
            _ => (ExitCode.World, $"this should not happen: {exception}", (string?)null),
        };
        output.Problem(code, message, hint);
        return code;
    }
}
