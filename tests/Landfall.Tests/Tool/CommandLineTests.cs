using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Tool;

/// <summary>What every command has: exit codes, one JSON document, and data that stays data.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_good_file_ends_with_0_and_a_bad_one_with_1()
    {
        Write("departments_20240106.csv", "13,Catering\n14,Garden\n");
        (await ToolRun.InAsync(_folder.Path, "check", "departments_20240106.csv")).ExitCode.ShouldBe(0);
        Write("departments_20240106.csv", "13,Catering\n14,\n");
        var bad = await ToolRun.InAsync(_folder.Path, "check", "departments_20240106.csv");
        bad.ExitCode.ShouldBe(1);
        bad.Output.ShouldContain("department is required and empty");
    }

    [Theory]
    [InlineData("check", "not-there.csv")]
    [InlineData("check")]
    [InlineData("nonsense")]
    [InlineData("check", "departments_20240106.csv", "--contract", "nobody")]
    [InlineData("check", "departments_20240106.csv", "--date", "tomorrow")]
    [InlineData("land", "departments_20240106.csv")]
    [InlineData("push", "departments_20240106.csv", "--home", "nowhere")]
    [InlineData("contract", "sql", "nobody")]
    [InlineData("contract", "new", "departments_20240106.csv", "--team", "Not A Name")]
    public async Task What_the_command_line_has_wrong_ends_with_2_and_a_hint(params string[] arguments)
    {
        Write("departments_20240106.csv", "13,Catering\n");
        var people = await ToolRun.InAsync(_folder.Path, arguments);
        people.ExitCode.ShouldBe(2, people.Error);
        people.Output.ShouldBeEmpty();
        people.Error.ShouldStartWith("landfall: ");
        var programs = await ToolRun.InAsync(_folder.Path, [.. arguments, "--json"]);
        programs.ExitCode.ShouldBe(2);
        programs.Json.GetProperty("exitCode").GetInt32().ShouldBe(2);
        programs.Json.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        programs.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_setting_that_is_none_ends_with_2_and_a_world_that_does_not_answer_with_3()
    {
        Write("departments_20240106.csv", "13,Catering\n");
        var variables = new Dictionary<string, string> { ["LANDFALL_CONTRACTS"] = Repository.Path("shared/contracts"), ["LANDFALL_POSTGRES"] = "postgres://nobody@127.0.0.1:1/none?connect_timeout=2" };
        var nobody = await ToolRun.InAsync(_folder.Path, variables, "land", "departments_20240106.csv", "--json");
        nobody.ExitCode.ShouldBe(3, nobody.Output);
        nobody.Json.GetProperty("exitCode").GetInt32().ShouldBe(3);
        var misspelt = await ToolRun.InAsync(_folder.Path, new Dictionary<string, string>(variables) { ["LANDFALL_POSTGRE"] = "x" }, "check", "departments_20240106.csv");
        misspelt.ExitCode.ShouldBe(2);
        misspelt.Error.ShouldContain("LANDFALL_POSTGRES");
    }

    [Fact]
    public async Task Check_tells_all_rejects_as_one_json_document()
    {
        Write("departments_20240106.csv", string.Concat(Enumerable.Range(1, 300).Select(i => $"{i},{(i % 2 == 0 ? "" : $"Department {i}")}\n")));
        var run = await ToolRun.InAsync(_folder.Path, "check", "departments_20240106.csv", "--json");
        run.ExitCode.ShouldBe(1);
        run.Json.GetProperty("rejects").GetArrayLength().ShouldBe(150);
        var first = run.Json.GetProperty("rejects")[0];
        (first.GetProperty("line").GetInt64(), first.GetProperty("column").GetString(), first.GetProperty("rule").GetString()).ShouldBe((2, "department", "required"));
        run.Json.GetProperty("rows").GetProperty("good").GetInt64().ShouldBe(150);
        // People are shown the first of them.
        var people = await ToolRun.InAsync(_folder.Path, "check", "departments_20240106.csv");
        Regex.Count(people.Output, "is required and empty").ShouldBe(100);
        people.Output.ShouldContain("and 50 more");
        Regex.Count((await ToolRun.InAsync(_folder.Path, "check", "departments_20240106.csv", "--limit", "0")).Output, "is required and empty").ShouldBe(150);
    }

    [Fact]
    public async Task Cells_are_data_to_a_terminal_and_to_a_program()
    {
        const string Hostile = "\u001b]0;owned\u0007\u001b[2J[red]x[/]\u202eevil\u009b31m";
        Write("departments_20240106.csv", $"{Hostile},Catering\n1,Garden\n");
        var people = await ToolRun.InAsync(_folder.Path, "check", "departments_20240106.csv");
        people.ExitCode.ShouldBe(1);
        people.Output.ShouldContain("␛]0;owned␇␛[2J[red]x[/]\\u202Eevil\\u009B31m");
        people.Output.Where(c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
        var programs = await ToolRun.InAsync(_folder.Path, "check", "departments_20240106.csv", "--json");
        programs.Json.GetProperty("rejects")[0].GetProperty("value").GetString().ShouldBe(Hostile);
        programs.Output.Where(c => char.IsControl(c) && c is not ('\n' or '\r')).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_no_contract_takes_is_checked_by_the_nearest_and_that_is_said()
    {
        Write("departments.csv", "13,Catering\n");
        var run = await ToolRun.InAsync(_folder.Path, "check", "departments.csv");
        run.ExitCode.ShouldBe(0, run.Error);
        run.Error.ShouldContain("no contract takes a file called departments.csv");
        (await ToolRun.InAsync(_folder.Path, "check", "departments.csv", "--json")).Json.GetProperty("claimed").GetBoolean().ShouldBeFalse();
        // To land it somebody must say for whom.
        var land = await ToolRun.InAsync(_folder.Path, "land", "departments.csv");
        land.ExitCode.ShouldBe(2);
        land.Error.ShouldContain("--contract departments");
    }

    [Fact]
    public async Task Help_names_every_command_and_each_has_its_own()
    {
        var help = await ToolRun.InAsync(_folder.Path, "--help");
        help.ExitCode.ShouldBe(0);
        foreach (var command in (string[])["check", "plan", "push", "land", "contract", "completion"])
        {
            help.Output.ShouldContain($"  {command}");
            var own = await ToolRun.InAsync(_folder.Path, command, "--help");
            own.ExitCode.ShouldBe(0);
            own.Output.ShouldContain("--json");
        }
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public async Task Shells_complete_commands_and_options(string shell)
    {
        (await ToolRun.InAsync(_folder.Path, "completion", shell)).Output.ShouldContain("[suggest:");
        var suggested = await ToolRun.InAsync(_folder.Path, "[suggest:10]", "landfall c");
        suggested.Output.Split('\n').Select(line => line.Trim()).ShouldContain("contract");
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.Path, name), text);
}
