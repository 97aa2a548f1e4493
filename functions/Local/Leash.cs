using System.Diagnostics;
using Landfall.Local.Postgres;

namespace Landfall.Local;

/// <summary>A child process that ends when we end, however we end.</summary>
internal sealed class Leash : IAsyncDisposable
{
    /// <summary>
    /// The program replaces the shell, so that its process is our child. Beside it waits a watcher whose only duty is to see our end of the pipe
    /// close:
    /// by <see cref="DisposeAsync"/>, or by the kernel when we were killed. The watcher is a grandchild, since Postgres takes the death of a child
    /// that it
    /// does not know for a crash of its own. A line on the pipe dismisses the watcher: the program has ended, and its process id may be another's.
    /// </summary>
    private const string Script = """
        signal=$1; log=$2; shift 2
        exec 3<&0 </dev/null
        [ -z "$log" ] || exec >"$log" 2>&1
        ( ( exec >/dev/null 2>&1; read -r _ <&3 || kill -"$signal" $$ ) & )
        exec "$@" 3<&-
        """;

    private readonly Process _process;

    private Leash(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    /// <summary>Of the program itself.</summary>
    public int ProcessId => _process.Id;

    public int ExitCode => _process.ExitCode;

    /// <param name="command">The program and its arguments.</param>
    /// <param name="signal">What asks it to end in order: <c>INT</c>, <c>TERM</c>.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="log">The file it writes to; empty leaves it our own output.</param>
    /// <param name="wrap">Puts before the command what runs it as another user.</param>
    /// <param name="variables">Added to its environment.</param>
    public static Leash Start(
        IReadOnlyList<string> command, string signal, string folder, string log = "", Func<IReadOnlyList<string>, string[]>? wrap = null,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        string[] script = ["sh", "-c", Script, "sh", signal, log, .. command];
        var whole = wrap?.Invoke(script) ?? script;

        // In a session of its own a Ctrl-C at our terminal does not reach it: we end our children in their order.
        if (Command.Find("setsid") is { } setsid) whole = [setsid, .. whole];

        var start = new ProcessStartInfo(whole[0], whole.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>()) start.Environment[name] = value;

        return new Leash(Process.Start(start)!);
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_process.HasExited) await _process.StandardInput.WriteLineAsync();

            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The watcher has gone already.
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
