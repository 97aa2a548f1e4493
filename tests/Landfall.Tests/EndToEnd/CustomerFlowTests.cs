using System.Diagnostics;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.EndToEnd;

/// <summary>
/// The customers from a tick to their table: by the export, Pub/Sub's pushes and both functions, in the local cloud as people run it. The local BigQuery's transactions tell
/// what went into which insert.
/// </summary>
public sealed class CustomerFlowTests(ITestOutputHelper output)
{
    /// <summary>Rows of one transaction were streamed by one insert.</summary>
    private const string Inserts = "SELECT count(*), coalesce(max(n), 0), coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM bq_landfall.staging GROUP BY xmin::text) i";

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(20, 1)]
    [InlineData(21, 2)]
    [InlineData(40, 2)]
    public async Task Customers_come_by_twenties_and_appear_together(int customers, int inserts)
    {
        using var home = new TempFolder();
        await using var local = await LocalCustomers.StartAsync(home.Path, customers);
        (await local.TickAsync()).ShouldBe(0);
        (await local.LandedAsync(1)).ShouldStartWith($"landed     customers  {customers} rows, 0 rejected");
        await LandedAsync(local, customers, inserts);
    }

    [Fact]
    public async Task A_hundred_thousand_customers_need_no_more_memory_than_a_few()
    {
        const int few = 2_000, many = 100_000;
        var (small, large) = (await PeaksAsync(few), await PeaksAsync(many));
        // What was collected too late is not held: a heap may grow a little further in a longer life.
        large.Export.ShouldBeLessThan(small.Export + 48);
        large.Chunk.ShouldBeLessThan(small.Chunk + 48);

        async Task<(long Export, long Chunk)> PeaksAsync(int customers)
        {
            using var home = new TempFolder();
            await using var local = await LocalCustomers.StartAsync(home.Path, customers, "--spawn");
            var start = Stopwatch.GetTimestamp();
            (await local.TickAsync()).ShouldBe(0);
            await local.LandedAsync(1, seconds: 300);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            await LandedAsync(local, customers, customers / 20);
            var peaks = (local.PeakMemory("CustomerExport"), local.PeakMemory("CustomerChunk"));
            output.WriteLine($"{customers} customers: {seconds:0.0} s; CustomerExport {peaks.Item1} MiB, CustomerChunk {peaks.Item2} MiB at most");
            return peaks;
        }
    }

    [Fact]
    public async Task Deliveries_that_come_twice_late_and_in_any_order_change_nothing()
    {
        using var home = new TempFolder();
        await using var local = await LocalCustomers.StartAsync(home.Path, 2_041, "--chaos", "11");
        (await local.TickAsync()).ShouldBe(0);
        (await local.LandedAsync(1, seconds: 120)).ShouldStartWith("landed     customers  2041 rows, 0 rejected");
        await TableIsAsync(local, 2_041);
        var staged = (await local.ReadAsync(Inserts)).ShouldHaveSingleItem().Split('|').Select(int.Parse).ToArray();
        output.WriteLine($"{staged[0]} inserts of 103 pages");
        staged[1].ShouldBe(20);
        staged[0].ShouldBeGreaterThan(103, "no page came twice: the test proved nothing");
    }

    [Fact]
    public async Task Whatever_is_killed_a_run_lands_once_and_until_then_the_one_before_stands()
    {
        const int before = 500, customers = 6_000, kills = 8;
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var home = new TempFolder();
        await using (var first = await LocalCustomers.StartAsync(home.Path, before))
        {
            (await first.TickAsync()).ShouldBe(0);
            await first.LandedAsync(1);
        }
        await using var local = await LocalCustomers.StartAsync(home.Path, customers, "--spawn");
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() => LookAsync(local, stop.Token));
        var tick = Task.Run(() => local.TickAsync());
        var (killed, exports) = (0, 0);
        for (var i = 0; i < kills; i++)
        {
            await Task.Delay(random.Next(50, 600));
            if (local.Landed().Count > 0) break;
            // The scheduler sends a tick five times.
            var function = exports < 3 && !tick.IsCompleted && random.Next(2) == 0 ? "CustomerExport" : "CustomerChunk";
            if (!await KillAsync(local.ProcessId(function))) continue;
            if (function == "CustomerExport") exports++;
            killed++;
        }
        output.WriteLine($"killed {killed} times, the export {exports} times");
        (await tick).ShouldBe(0, local.Process.Text);
        (await local.LandedAsync(1, seconds: 180)).ShouldStartWith($"landed     customers  {customers} rows, 0 rejected");
        await stop.CancelAsync();
        var looks = await reader;
        await TableIsAsync(local, customers);
        (await local.ReadAsync("SELECT outcome, rows_landed FROM bq_landfall.ledger_customers WHERE landing_id <> 0 ORDER BY rows_landed")).ShouldBe([$"landed|{before}", $"landed|{customers}"]);
        (await local.ReadAsync(Inserts)).ShouldHaveSingleItem().Split('|')[1].ShouldBe("20");
        looks.ShouldBe([before, customers], "what readers saw, in this order");
        killed.ShouldBeGreaterThan(2, "the run was over too soon: the test proved nothing");
    }

    [Fact]
    public async Task Numbers_of_employees_rise_by_a_job_that_a_person_runs()
    {
        using var home = new TempFolder();
        await using var local = await LocalCustomers.StartAsync(home.Path, 45);
        (await local.TickAsync()).ShouldBe(0);
        await local.LandedAsync(1);
        var before = await EmployeesAsync(local);
        (await local.TickAsync("customers-uplift")).ShouldBe(0);
        await Until.TrueAsync(() => local.Process.Output.Any(line => line.StartsWith("uplifted   customers", StringComparison.Ordinal)), "the receipt is told of");
        var expected = before.Select(row => row.Split('|')).Select(row => decimal.TryParse(row[1], System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? $"{row[0]}|{decimal.Round(number * 1.2m, MidpointRounding.AwayFromZero).ToString("0", System.Globalization.CultureInfo.InvariantCulture)}" : string.Join('|', row)).ToList();
        (await EmployeesAsync(local)).ShouldBe(expected);
        expected.ShouldNotBe(before);
        // The rows tell which landing wrote them, and with which insert.
        (await local.ReadAsync($"SELECT l.outcome, t._page, count(*) FROM {LocalCustomers.Table} t JOIN bq_landfall.ledger_customers l ON l.landing_id = t._landing_id GROUP BY 1, 2 ORDER BY 1, 2"))
            .Count(row => row.StartsWith("uplifted|", StringComparison.Ordinal)).ShouldBe(2, "of the 45 more than 20 and at most 40 have a number");
    }

    /// <returns>False when it was dead already.</returns>
    private static async Task<bool> KillAsync(int pid)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-KILL", $"{pid}"]) { UseShellExecute = false, RedirectStandardError = true })!;
        await kill.WaitForExitAsync();
        return kill.ExitCode == 0;
    }

    private static Task<List<string>> EmployeesAsync(LocalCustomers local) => local.ReadAsync($"SELECT registered, employees FROM {LocalCustomers.Table} ORDER BY registered");

    /// <summary>Each page was one insert, and all became visible in one transaction together with the ledger's row.</summary>
    private static async Task LandedAsync(LocalCustomers local, int customers, int inserts)
    {
        await TableIsAsync(local, customers);
        (await local.ReadAsync(Inserts)).ShouldBe([$"{inserts}|{(inserts > 1 ? 20 : customers)}|{customers}"]);
        (await local.ReadAsync($"SELECT DISTINCT xmin::text FROM {LocalCustomers.Table} UNION SELECT xmin::text FROM bq_landfall.ledger_customers WHERE landing_id <> 0")).ShouldHaveSingleItem();
        (await local.ReadAsync($"SELECT _page, count(*) FROM {LocalCustomers.Table} GROUP BY _page ORDER BY _page"))
            .ShouldBe(Enumerable.Range(1, customers).Chunk(20).Select((page, i) => $"{i + 1}|{page.Length}"));
    }

    private static async Task TableIsAsync(LocalCustomers local, int customers) =>
        (await local.ReadAsync($"SELECT count(*), count(DISTINCT registered), coalesce(max(registered), '') FROM {LocalCustomers.Table}"))
            .ShouldBe([$"{customers}|{customers}|{(customers == 0 ? "" : Landfall.Local.Bloomreach.StandInCustomers.Registered(customers))}"]);

    /// <returns>The numbers of rows that a reader saw, one after the other.</returns>
    private static async Task<List<int>> LookAsync(LocalCustomers local, CancellationToken stop)
    {
        var seen = new List<int>();
        while (!stop.IsCancellationRequested)
        {
            var rows = int.Parse((await local.ReadAsync($"SELECT count(*) FROM {LocalCustomers.Table}")).Single());
            if (seen.Count == 0 || seen[^1] != rows) seen.Add(rows);
            await Task.Delay(5, CancellationToken.None);
        }
        return seen;
    }
}
