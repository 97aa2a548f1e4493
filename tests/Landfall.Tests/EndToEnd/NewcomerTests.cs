using System.Diagnostics;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Local;
using Npgsql;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.EndToEnd;

/// <summary>What the README promises a newcomer.</summary>
public sealed class NewcomerTests(ITestOutputHelper output)
{
    [Fact]
    public async Task An_empty_home_lands_the_samples_and_ends_with_0()
    {
        using var home = new TempFolder();
        await using var local = LocalProcess.Start(home.Path, "--port", "0", "--until-idle");
        (await local.ExitAsync()).ShouldBe(0, local.Text);
        foreach (var contract in (string[])["people", "departments", "jobs", "hired_employees", "relations", "product_catalog", "product_catalog_full", "customers"])
            local.Output.ShouldContain(line => line.StartsWith("landed", StringComparison.Ordinal) && line.Contains($" {contract} ", StringComparison.Ordinal), local.Text);
        Directory.EnumerateFiles(Path.Combine(home.Path, "buckets", "receipts"), "*.json", SearchOption.AllDirectories).Count().ShouldBe(8);
    }

    [Fact]
    public async Task A_copied_file_is_in_its_table_within_a_second_with_the_refused_row_beside_its_reason()
    {
        using var home = new TempFolder();
        await using var local = LocalProcess.Start(home.Path, "--port", "0", "--no-samples");
        await using var database = NpgsqlDataSource.Create(PostgresUri.Parse((await local.ReadyAsync())["postgres"]!.GetValue<string>()).ConnectionString);
        await DropAsync(home, database, 5);   // the first one pays for the start
        var seconds = new List<double>();
        for (var day = 6; day <= 10; day++) seconds.Add(await DropAsync(home, database, day));
        seconds.Sort();
        output.WriteLine($"from the copy to the table: median {seconds[2]:0.000} s, slowest {seconds[^1]:0.000} s");
        seconds[2].ShouldBeLessThan(1);
        var rejects = Directory.EnumerateFiles(Path.Combine(home.Path, "buckets", "rejects", "departments"), "*.csv", SearchOption.AllDirectories).First();
        (await File.ReadAllTextAsync(rejects)).ShouldContain("2,department,required,,department is required and empty,\"14,\"");
    }

    /// <returns>Seconds from the copy to the row.</returns>
    private static async Task<double> DropAsync(TempFolder home, NpgsqlDataSource database, int day)
    {
        var folder = Directory.CreateDirectory(Path.Combine(home.Path, "buckets", "drop-zone", "hiring")).FullName;
        var start = Stopwatch.GetTimestamp();
        await File.WriteAllTextAsync(Path.Combine(folder, $"departments_202401{day:00}.csv"), $"{day},Catering {day}\n14,\n");
        await Until.TrueAsync(async () =>
        {
            try
            {
                await using var command = database.CreateCommand($"SELECT count(*) FROM hiring.departments WHERE id = {day}");
                return (long)(await command.ExecuteScalarAsync())! == 1;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable)
            {
                return false;
            }
        }, "the row is there");
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
