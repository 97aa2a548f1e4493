using System.Diagnostics;
using System.Text.Json;
using Landfall.Tool;

namespace Landfall.Tests.Tool;

/// <summary>What a command line ended in.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    /// <summary>The one document on standard output. Throws where there is another thing, or more.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>In this process, with contracts of the repository unless the command line says others.</summary>
    public static async Task<ToolRun> InAsync(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new ToolHost { Environment = environment, Output = output, Error = error, Folder = folder };
        var exit = await ToolRoot.RunAsync(arguments, host);
        return new(exit, output.ToString(), error.ToString());
    }

    public static Task<ToolRun> InAsync(string folder, params string[] arguments) =>
        InAsync(folder, new Dictionary<string, string> { ["LANDFALL_CONTRACTS"] = Repository.Path("shared/contracts") }, arguments);

    /// <summary>The built program, as people run it.</summary>
    public static async Task<ToolRun> ProcessAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Program("shared/Landfall.Tool"), .. arguments])
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment.Remove("LANDFALL_POSTGRES");
        start.Environment["LANDFALL_CONTRACTS"] = Repository.Path("shared/contracts");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120));
        return new(process.ExitCode, await output, await error);
    }
}
