namespace Landfall.Benchmarks.Scale;

/// <summary>What a simulated day costs, in dollars.</summary>
internal static class DayBill
{
    /// <param name="day">The day.</param>
    /// <param name="age">Which of its <see cref="DayResult.Ages"/>.</param>
    /// <returns>Line by line.</returns>
    public static IReadOnlyList<(string What, double Dollars)> Of(DayResult day, int age)
    {
        double files = day.Deliveries, landed = day.Landed;
        double Query(string what) => day.Billed[age].GetValueOrDefault(what) / Prices.TiB * Prices.Query;
        return
        [
            ("BigQuery: first look, one a file", Query("look")),
            ("BigQuery: reading that decides, one a commit", Query("decide")),
            ("BigQuery: head of the ledger", Query("head")),
            ("BigQuery: staged rows, counted", Query("guard")),
            ("BigQuery: staged rows, read", Query("insert")),
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
