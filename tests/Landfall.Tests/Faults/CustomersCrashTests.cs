using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Landfall.Local.Bloomreach;
using Landfall.Runs;
using Landfall.Tests.EndToEnd;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Faults;

/// <summary>SIGKILL before and after every step of a run of customers, in the process that exports them and in the one that lands them: the next tick, the next delivery makes it right.</summary>
[Collection(nameof(HarnessWorld))]   // one after the other: each has the machine to itself
public sealed class CustomersCrashTests(ITestOutputHelper output)
{
    /// <summary>Three pages, the last of them not full.</summary>
    private const int Customers = 45;

    private static readonly IReadOnlyList<Death> OfExport = Points(LandingSteps.Export, LandingSteps.Publish, "CustomerExport");

    private static readonly IReadOnlyList<Death> OfChunk = Points(
        LandingSteps.Page, LandingSteps.Look, LandingSteps.Prepare, LandingSteps.Stage, LandingSteps.Decide, LandingSteps.Check, LandingSteps.Quarantine, LandingSteps.Write, LandingSteps.Commit,
        LandingSteps.Announce, LandingSteps.Receipt, "CustomerChunk");

    [Fact]
    public async Task Every_step_of_a_run_may_be_the_last()
    {
        using var home = new TempFolder();
        await using var local = await LocalCustomers.StartAsync(home.Path, Customers);
        await using var export = Function("CustomerExport", OfExport);
        await using var chunk = Function("CustomerChunk", OfChunk);
        await RedirectAsync(local, chunk);
        export.Start();
        chunk.Start();
        using var http = new HttpClient();
        var (runs, first) = (0, DateTimeOffset.UtcNow.AddHours(-2));
        // Where a death leaves nothing to do for those that follow it, the next run comes by.
        for (; (export.Deaths.Count < OfExport.Count || chunk.Deaths.Count < OfChunk.Count) && runs < 40; runs++)
        {
            // Pages wait for two days at most.
            var due = first.AddMinutes(runs);
            await Until.TrueAsync(() => IsTakenAsync(http, export, due), $"the tick of {due:HH:mm} is taken", seconds: 120);
            var receipts = runs + 1;
            await Until.TrueAsync(async () => (await local.ReadAsync("SELECT count(*) FROM local_storage.objects WHERE bucket = 'receipts'")).Single() == $"{receipts}" && await WaitingAsync(local) == 0, $"run {runs} has its receipt", seconds: 120);
        }
        output.WriteLine($"{runs} runs; died: {string.Join(", ", export.Deaths.Concat(chunk.Deaths))}");
        export.Deaths.ShouldBe(OfExport);
        chunk.Deaths.ShouldBe(OfChunk);

        (await local.ReadAsync("SELECT outcome, rows_read, rows_landed, rows_rejected, count(*) FROM bq_landfall.ledger_customers WHERE landing_id <> 0 GROUP BY 1, 2, 3, 4")).ShouldBe([$"landed|{Customers}|{Customers}|0|{runs}"]);
        (await local.ReadAsync($"SELECT registered FROM {LocalCustomers.Table} ORDER BY registered")).ShouldBe(Enumerable.Range(1, Customers).Select(StandInCustomers.Registered));
        // Each run was exported once, has one receipt, and none has given up.
        (await local.ReadAsync("SELECT bucket, count(*) FROM local_storage.objects WHERE bucket IN ('exports', 'receipts') GROUP BY 1 ORDER BY 1")).ShouldBe([$"exports|{runs}", $"receipts|{runs}"]);
        (await local.ReadAsync("SELECT count(*) FROM local_pubsub.deliveries WHERE subscription LIKE '%/dead-letters'")).ShouldBe(["0"]);

        FunctionProcess Function(string name, IReadOnlyList<Death> points)
        {
            var lives = new Queue<Death>(points);
            return new(name, local.Variables, Directory.CreateDirectory(home["notes"]).FullName, () => lives.TryDequeue(out var death) ? death : null);
        }
    }

    private static IReadOnlyList<Death> Points(params string[] steps) => [.. steps.SelectMany(step => (Death[])[new(step, AtEnd: false, 1), new(step, AtEnd: true, 1)])];

    /// <summary>Has the pages pushed to a process, and failed ones soon again.</summary>
    private static async Task RedirectAsync(LocalCustomers local, FunctionProcess chunk)
    {
        using var http = new HttpClient();
        var subscription = new Uri(local.Cloud, $"/v1/projects/local/subscriptions/{RunMessages.Subscription("customers")}");
        using var deleted = await http.DeleteAsync(subscription);
        deleted.EnsureSuccessStatusCode();
        using var made = await http.PutAsJsonAsync(subscription, new JsonObject
        {
            ["topic"] = "projects/local/topics/customers",
            ["pushConfig"] = new JsonObject { ["pushEndpoint"] = $"http://127.0.0.1:{chunk.Port}/" },
            ["ackDeadlineSeconds"] = 120,
            ["retryPolicy"] = new JsonObject { ["minimumBackoff"] = "0.1s", ["maximumBackoff"] = "1s" },
            ["deadLetterPolicy"] = new JsonObject { ["deadLetterTopic"] = "projects/local/topics/dead-letters", ["maxDeliveryAttempts"] = 100 },
        });
        made.EnsureSuccessStatusCode();
    }

    private static async Task<long> WaitingAsync(LocalCustomers local) =>
        long.Parse((await local.ReadAsync($"SELECT count(*) FROM local_pubsub.deliveries WHERE subscription LIKE '%/{RunMessages.Subscription("customers")}'")).Single());

    /// <summary>As the scheduler sends it, to whatever life there is.</summary>
    private static async Task<bool> IsTakenAsync(HttpClient http, FunctionProcess export, DateTimeOffset due)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{export.Port}/"));
        request.Headers.Add("X-CloudScheduler", "true");
        request.Headers.Add("X-CloudScheduler-JobName", "customers");
        request.Headers.Add("X-CloudScheduler-ScheduleTime", $"{due:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        try
        {
            using var response = await http.SendAsync(request);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
