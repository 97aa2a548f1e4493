namespace Landfall.Benchmarks.Scale;

/// <summary>What a simulated day costs, in dollars.</summary>
internal static class DayBill
{
    /// <summary>Of Reconcile (terraform/contracts.tf), a day; and the objects that it asks for at once.</summary>
    private const int Ticks = 96, Page = 1000;

    /// <param name="day">The day.</param>
    /// <param name="age">Which of its <see cref="DayResult.Ages"/>.</param>
    /// <returns>Line by line.</returns>
    public static IReadOnlyList<(string What, double Dollars)> Of(DayResult day, int age)
    {
        double files = day.Deliveries, landed = day.Landed, entries = day.Ages[age] + landed / 2;
        double Query(string what) => day.Billed[age].GetValueOrDefault(what) / Prices.TiB * Prices.Query;
        return
        [
            ("BigQuery: first look, one a file", Query("look")),
            ("BigQuery: reading that decides, one a commit", Query("decide")),
            ("BigQuery: head of the ledger", Query("head")),
            ("BigQuery: staged rows, counted", Query("guard")),
            ("BigQuery: staged rows, read", Query("insert")),
            // Each tick: what is expected reads all columns, and whether entries add up half of them. Once a day every object of it is looked for, by a thousand.
            ("BigQuery: Reconcile, every quarter of an hour", (Ticks * 1.5 * Math.Max(entries * SampleContract.EntryBytes, Prices.QueryLeast) + Math.Ceiling(landed / Page) * Math.Max(entries * SampleContract.IdentityBytes, Prices.QueryLeast)) / Prices.TiB * Prices.Query),
            ("BigQuery: insertAll", files * Files.Streamed / Prices.StreamUnit * Prices.Stream),
            ("Cloud Run: processor, memory, requests", day.InstanceSeconds * (Prices.ServiceProcessor + day.Deployment.MemoryGiB * Prices.ServiceMemory) + (files + day.Refused) * Prices.ServiceRequest),
            ("Pub/Sub: event published and pushed, landing announced", (landed * (Assumptions.Event + Assumptions.Announced) + (files + day.Refused) * Assumptions.Event) / Prices.TiB * Prices.Message),
            ("Cloud Storage: upload and receipt written, file read", landed * 2 * Prices.ClassA + files * Prices.ClassB),
            ("logs", files * Assumptions.Logged / Prices.GiB * Prices.Log),
            ("a month of the day's files, rows and receipts", landed * (Files.Bytes + 600) / Prices.GiB * Prices.BucketMonth + landed * (Files.Bytes + SampleContract.EntryBytes) / Prices.GiB * Prices.TableMonth),
        ];
    }

    public static double Total(DayResult day, int age) => Of(day, age).Sum(line => line.Dollars);
}
