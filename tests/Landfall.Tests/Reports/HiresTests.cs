using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Reports;

/// <summary>The two reports of the hiring files, against the same computed without SQL.</summary>
public sealed class HiresTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Both_are_what_is_computed_without_SQL()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var hiring = new Hiring(seed, many: 60);
        await using var world = await ReportWorld.CreateAsync();
        await world.LandAsync(hiring.Departments, hiring.Jobs, hiring.Hires);

        foreach (var year in (int[])[2020, 2021, 2022])
        {
            (await world.RowsAsync($"/hires_q?year={year}")).ShouldBe(hiring.Quarters(year));
            (await world.RowsAsync($"/hires_depa?year={year}")).ShouldBe(hiring.Above(year));
        }
        (await world.RowsAsync("/hires_q")).ShouldBe(hiring.Quarters(2021));
        (await world.RowsAsync("/hires_depa")).ShouldBe(hiring.Above(2021));

        // What would make this prove nothing.
        hiring.Quarters(2021).Count.ShouldBeGreaterThan(8);
        var above = hiring.Above(2021).Select(row => row.Split('|')).ToList();
        above.Count(row => above.Count(other => other[2] == row[2]) > 1).ShouldBeGreaterThan(1, "ties");
    }

    [Fact]
    public async Task Departments_without_a_hire_count_into_the_mean()
    {
        await using var world = await ReportWorld.CreateAsync();
        // 4, 2 and 3 hires: their mean is 3, and with the three others 1.5.
        await world.LandAsync(
            "1,a\n2,b\n3,c\n4,d\n5,e\n6,f\n", "1,x\n",
            string.Concat(((int[])[1, 1, 1, 1, 2, 2, 3, 3, 3]).Select((department, i) => $"{i + 1},Somebody,2021-02-03T04:05:06Z,{department},1\n")));

        (await world.RowsAsync("/hires_depa?year=2021")).ShouldBe(["1|a|4", "3|c|3", "2|b|2"]);
    }

    [Fact]
    public async Task The_mean_itself_is_not_above_the_mean()
    {
        await using var world = await ReportWorld.CreateAsync();
        await world.LandAsync("1,a\n2,b\n3,c\n", "1,x\n", "1,A,2021-02-03T04:05:06Z,1,1\n2,B,2021-02-03T04:05:06Z,2,1\n3,C,2021-02-03T04:05:06Z,3,1\n");

        (await world.RowsAsync("/hires_depa")).ShouldBeEmpty();
        (await world.RowsAsync("/hires_q")).ShouldBe(["a|x|1|0|0|0", "b|x|1|0|0|0", "c|x|1|0|0|0"]);
    }

    [Fact]
    public async Task A_year_without_hires_has_no_rows()
    {
        await using var world = await ReportWorld.CreateAsync();
        await world.LandAsync("1,a\n", "1,x\n", "1,A,2021-02-03T04:05:06Z,1,1\n");

        (await world.RowsAsync("/hires_q?year=1")).ShouldBeEmpty();
        (await world.RowsAsync("/hires_q?year=9999")).ShouldBeEmpty();
        (await world.RowsAsync("/hires_depa?year=1999")).ShouldBeEmpty();
        (await world.GetAsync("/hires_q?year=1999", "text/csv")).Text.ShouldBe("department,job,q1,q2,q3,q4\r\n");
    }

    [Fact]
    public async Task Names_that_are_alike_are_rows_of_their_own()
    {
        await using var world = await ReportWorld.CreateAsync();
        await world.LandAsync("1,a\n2,a\n", "1,x\n2,x\n", "1,A,2021-02-03T04:05:06Z,1,1\n2,B,2021-05-03T04:05:06Z,1,2\n3,C,2021-08-03T04:05:06Z,2,1\n");

        (await world.RowsAsync("/hires_q")).ShouldBe(["a|x|1|0|0|0", "a|x|0|1|0|0", "a|x|0|0|1|0"]);
    }

    [Fact]
    public async Task Where_nothing_has_landed_it_says_so()
    {
        await using var world = await ReportWorld.CreateAsync();

        var (status, text, _) = await world.GetAsync("/hires_q");

        status.ShouldBe(503);
        text.ShouldContain("a table that is not there yet");
        text.ShouldContain("hiring.hired_employees");
    }
}
