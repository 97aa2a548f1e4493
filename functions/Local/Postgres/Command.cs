using System.ComponentModel;
using System.Diagnostics;

namespace Landfall.Local.Postgres;

/// <summary>Runs one program to its end.</summary>
internal static class Command
{
    /// <returns>The exit code and all the program wrote; code 127 when there is no such program, as a shell says it.</returns>
    public static async Task<(int Code, string Output)> RunAsync(
        IReadOnlyList<string> command, string? folder = null, CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "/",
        };
        start.Environment["LC_ALL"] = "C";
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await errors);
        }
        catch (Win32Exception)
        {
            return (127, $"{command[0]}: not found");
        }
    }

    /// <summary>The program's full path if the shell would find it, else null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/sbin"])   // where runuser is, and an ordinary user's PATH is not
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
