using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;

namespace Landfall.Tests.Deployment;

/// <summary>Terraform's own evaluation of <c>terraform/contracts.tf</c>, which refers to no resource: no provider and no network are needed.</summary>
internal static class TerraformConsole
{
    /// <summary>Null where it is not installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "terraform")).FirstOrDefault(File.Exists);

    /// <param name="contracts">The folder of the contracts.</param>
    /// <param name="expression">What is asked, as <c>local.tables</c>.</param>
    /// <param name="variables">Variables besides, as <c>name=value</c>.</param>
    public static async Task<JsonNode> AskAsync(string contracts, string expression, params string[] variables)
    {
        using var folder = new TempFolder();
        foreach (var name in new[] { "contracts.tf", "variables.tf" }) File.Copy(Repository.Path($"terraform/{name}"), Path.Combine(folder.Path, name));
        // An empty file instead of the machine's own configuration.
        var configuration = Path.Combine(folder.Path, "empty.tfrc");
        await File.WriteAllTextAsync(configuration, "");
        string[] all = ["project=the-project", $"contracts={contracts}", $"reports={Repository.Path("shared/reports")}", .. variables];
        using var process = Process.Start(new ProcessStartInfo(Program!, ["console", "-no-color", .. all.SelectMany(variable => new[] { "-var", variable })])
        {
            WorkingDirectory = folder.Path, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["TF_CLI_CONFIG_FILE"] = configuration, ["CHECKPOINT_DISABLE"] = "1" },
        })!;
        await process.StandardInput.WriteLineAsync($"jsonencode({expression})");
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await error);
        return JsonNode.Parse(JsonSerializer.Deserialize<string>(answer)!)!;
    }
}
