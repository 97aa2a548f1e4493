using System.Text.Json.Nodes;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Local;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Tool;

/// <summary>A producer's way, with the built program and a local cloud: push, read what is wrong, mend it, push what was mended.</summary>
public sealed class PushTests
{
    [Fact]
    public async Task A_bad_file_tells_what_to_mend_and_the_mended_rows_alone_are_enough()
    {
        using var home = new TempFolder();
        using var work = new TempFolder();
        await using var local = LocalProcess.Start(home.Path, "--port", "0", "--no-samples");
        await using var database = NpgsqlDataSource.Create(PostgresUri.Parse((await local.ReadyAsync())["postgres"]!.GetValue<string>()).ConnectionString);
        File.WriteAllText(Path.Combine(work.Path, "departments_20240106.csv"), "13,Catering\n14,\nx,Garden\n16,Kitchen\n");

        var bad = await ToolRun.ProcessAsync(work.Path, "push", "departments_20240106.csv", "--home", home.Path);
        bad.ExitCode.ShouldBe(1, bad.Error);
        bad.Output.ShouldContain("4 rows read, 2 landed, 2 rejected");
        bad.Output.ShouldContain("department is required and empty");
        bad.Output.ShouldContain("id must be a whole number");
        bad.Output.ShouldContain("mend the rejected rows and push them in a file of their own");

        // The mended rows, and no other.
        await ToolRun.ProcessAsync(work.Path, "check", "departments_20240106.csv", "--mend", "mended.csv");
        var broken = File.ReadAllText(Path.Combine(work.Path, "mended.csv"));
        broken.ShouldBe("14,\nx,Garden\n");
        File.WriteAllText(Path.Combine(work.Path, "mended.csv"), broken.Replace("14,", "14,Stairs").Replace("x,", "15,"));
        var mended = await ToolRun.ProcessAsync(work.Path, "push", "mended.csv", "--contract", "departments", "--date", "2024-01-06", "--home", home.Path, "--json");
        mended.ExitCode.ShouldBe(0, mended.Output);
        mended.Json.GetProperty("object").GetString().ShouldBe("gs://drop-zone/hiring/departments_20240106.csv");
        mended.Json.GetProperty("receipt").GetProperty("outcome").GetString().ShouldBe("landed");
        (await RowsAsync(database)).ShouldBe("13 Catering, 14 Stairs, 15 Garden, 16 Kitchen");

        // The same bytes under the same name are not sent again; what became of them is told.
        var again = await ToolRun.ProcessAsync(work.Path, "push", "mended.csv", "--contract", "departments", "--date", "2024-01-06", "--home", home.Path, "--json");
        again.ExitCode.ShouldBe(0, again.Output);
        again.Json.GetProperty("sent").GetBoolean().ShouldBeFalse();
        again.Json.GetProperty("generation").GetString().ShouldBe(mended.Json.GetProperty("generation").GetString());

        // A name that no contract takes is not sent at all.
        var nobody = await ToolRun.ProcessAsync(work.Path, "push", "mended.csv", "--as", "hiring/nobody.csv", "--home", home.Path);
        nobody.ExitCode.ShouldBe(2, nobody.Output);
        nobody.Error.ShouldContain("no contract takes drop-zone/hiring/nobody.csv");

        // A plan against what stands, and a landing from here, without the bucket.
        File.WriteAllText(Path.Combine(work.Path, "departments_20240107.csv"), "16,Bakery\n17,Cellar\n");
        var plan = await ToolRun.ProcessAsync(work.Path, "plan", "departments_20240107.csv", "--home", home.Path, "--json");
        plan.ExitCode.ShouldBe(0, plan.Output);
        var table = plan.Json.GetProperty("tables")[0];
        (table.GetProperty("added").GetInt64(), table.GetProperty("changed").GetInt64(), table.GetProperty("removed").GetInt64()).ShouldBe((1, 1, 0));
        (await RowsAsync(database)).ShouldNotContain("Bakery");
        (await ToolRun.ProcessAsync(work.Path, "land", "departments_20240107.csv", "--home", home.Path)).ExitCode.ShouldBe(0);
        (await RowsAsync(database)).ShouldBe("13 Catering, 14 Stairs, 15 Garden, 16 Bakery, 17 Cellar");
        var landed = await ToolRun.ProcessAsync(work.Path, "land", "departments_20240107.csv", "--home", home.Path, "--json");
        landed.Json.GetProperty("already").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_large_file_goes_up_in_parts_and_arrives_whole()
    {
        using var home = new TempFolder();
        using var work = new TempFolder();
        await using var local = LocalProcess.Start(home.Path, "--port", "0", "--no-samples");
        await local.ReadyAsync();
        await File.WriteAllLinesAsync(Path.Combine(work.Path, "departments_20240106.csv"), Enumerable.Range(1, 150_000).Select(i => $"{i},Department of {i} things"));
        var run = await ToolRun.ProcessAsync(work.Path, "push", "departments_20240106.csv", "--home", home.Path, "--json");
        run.ExitCode.ShouldBe(0, run.Output);
        run.Json.GetProperty("receipt").GetProperty("rows").GetProperty("landed").GetInt64().ShouldBe(150_000);
        JsonNode.Parse(run.Output).ShouldNotBeNull();
    }

    private static async Task<string> RowsAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("SELECT string_agg(id || ' ' || department, ', ' ORDER BY id) FROM hiring.departments");
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
