using System.Text.RegularExpressions;
using Landfall.Events;
using Landfall.Hosting;
using Landfall.Reconciling;
using Shouldly;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Landfall.Tests.Deployment;

/// <summary>The other files by which it is deployed fit the code: names, settings, events, networks.</summary>
public sealed class DeploymentFilesTests
{
    private static readonly string[] Programs = [.. Directory.EnumerateFiles(Repository.Path("functions"), "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => name != "Local").Order(StringComparer.Ordinal)];

    [Fact]
    public void Terraform_deploys_every_function_by_the_name_of_its_image()
    {
        var functions = Regex.Matches(Text("terraform/functions.tf"), """^\s+([a-z-]+)\s+= \{ program = "(\w+)",""", RegexOptions.Multiline).ToDictionary(match => match.Groups[2].Value, match => match.Groups[1].Value);
        functions.Keys.Order(StringComparer.Ordinal).ShouldBe(Programs);
        foreach (var (program, name) in functions) Regex.Replace(program, "(?<=[a-z])(?=[A-Z])", "-").ToLowerInvariant().ShouldBe(name);
    }

    [Theory]
    [InlineData("terraform/functions.tf")]
    [InlineData("terraform/secrets.tf")]
    [InlineData("functions/compose.yaml")]
    [InlineData("functions/cronjob.yaml")]
    public void They_set_what_there_is_to_set(string file)
    {
        var set = Regex.Matches(Text(file), @"\bLANDFALL_[A-Z_]+\b").Select(match => match.Value).Distinct().ToList();
        set.ShouldNotBeEmpty();
        set.Except(Settings.Variables).ShouldBeEmpty();
    }

    [Fact]
    public void Every_variable_is_in_the_table_of_settings()
    {
        var variables = Regex.Matches(Text("terraform/variables.tf"), "^variable \"(\\w+)\"", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToList();
        variables.Count.ShouldBeGreaterThan(20);
        Regex.Matches(Text("terraform/README.md").Split("\n## Settings\n")[1], @"^\| `(\w+)` \|", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ShouldBe(variables);
    }

    [Fact]
    public void Every_alert_has_its_paragraph_in_the_runbook()
    {
        var paragraphs = Regex.Matches(Text("shared/RUNBOOK.md"), "^## ([a-z-]+)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToList();
        Enum.GetValues<AlertKind>().Select(kind => Alert.WordOf(kind)).Except(paragraphs).ShouldBeEmpty();
        var policies = TerraformBlock.Read(new Dictionary<string, string> { ["alerts.tf"] = Text("terraform/alerts.tf") }).Where(block => block.Type == "google_monitoring_alert_policy").ToList();
        policies.Count.ShouldBe(4);
        policies.ShouldAllBe(policy => policy.Body.Contains("shared/RUNBOOK.md", StringComparison.Ordinal));
        Regex.Matches(Text("terraform/alerts.tf"), "RUNBOOK.md#([a-z-]+)").Select(match => match.Groups[1].Value).Except(paragraphs).ShouldBeEmpty();
    }

    [Fact]
    public void The_CronJobs_event_is_one()
    {
        var tick = (YamlMappingNode)Documents("functions/cronjob.yaml")[0].RootNode["data"];
        var delivery = EventReader.Read(System.Text.Encoding.UTF8.GetBytes(((YamlScalarNode)tick["tick.json"]).Value!));
        delivery.Data.ShouldBeOfType<TickData>().JobName.ShouldBe("reconcile");
    }

    [Fact]
    public void Dockers_networks_are_the_briefs()
    {
        var root = Documents("functions/compose.yaml")[0].RootNode;
        Names(root["services"]["db"]["networks"]).ShouldBe(["api-db", "loader-db"]);
        Names(root["services"]["api"]["networks"]).ShouldBe(["api-db", "door"]);
        Names(root["services"]["loader"]["networks"]).ShouldBe(["loader-db"]);
        foreach (var network in new[] { "api-db", "loader-db" }) ((YamlScalarNode)root["networks"][network]["internal"]).Value.ShouldBe("true");
    }

    [Fact]
    public void The_builds_steps_are_in_order_and_its_scripts_can_be_read()
    {
        var steps = ((YamlSequenceNode)Documents("cloudbuild.yaml")[0].RootNode["steps"]).Select(step => (Id: ((YamlScalarNode)step["id"]).Value!, Script: ((YamlScalarNode)step["script"]).Value!)).ToList();
        steps.Select(step => step.Id).ShouldBe(["release", "variables", "test", "native", "images", "scan", "plan", "apply", "grants", "packages"]);
        using var folder = new TempFolder();
        foreach (var (id, script) in steps)
        {
            script.ShouldStartWith("set -eu\n");
            var file = Path.Combine(folder.Path, id);
            File.WriteAllText(file, script);
            using var shell = System.Diagnostics.Process.Start("sh", ["-n", file]);
            shell.WaitForExit();
            shell.ExitCode.ShouldBe(0, id);
        }
    }

    private static string Text(string file) => File.ReadAllText(Repository.Path(file));

    private static IList<YamlDocument> Documents(string file)
    {
        var yaml = new YamlStream();
        using var reader = new StringReader(Text(file));
        yaml.Load(reader);
        return yaml.Documents;
    }

    private static IEnumerable<string> Names(YamlNode list) => ((YamlSequenceNode)list).Select(name => ((YamlScalarNode)name).Value!);
}
