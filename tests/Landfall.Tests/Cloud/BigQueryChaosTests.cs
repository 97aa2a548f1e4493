using System.Collections.Concurrent;
using System.Text;
using Landfall.Cloud;
using Landfall.Tests.Local.Storage;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Cloud;

/// <summary>Jobs happen at most once and under ids of their own, whatever a service that loses, forgets, refuses and fails does to them.</summary>
public sealed class BigQueryChaosTests(ITestOutputHelper output)
{
    private const int Loads = 600;
    private const int Statements = 300;
    private const int Queries = 200;

    /// <summary>Times that the platform delivers an event.</summary>
    private const int Deliveries = 8;

    private static readonly Dictionary<string, string> Labels = [];

    [Fact]
    public async Task A_job_happens_at_most_once()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("LANDFALL_TEST_SEED"), out var given) ? given : 20;
        await using var server = await FaultyBigQuery.StartAsync(seed);
        using var http = new HttpClient();
        var client = new BigQueryClient("p", "EU", server.Address, http, new HurriedTime(), new Random(seed)) { ChunkSize = 2 * FaultyUpload.Granule };
        var ends = new ConcurrentDictionary<string, (string Content, string End, int Deliveries)>();
        var work = Enumerable.Range(0, Loads).Select(i => (Id: $"load-{i}", Run: (Func<string, Task>)(id => LoadAsync(client, id, Content(seed, i)))))
            .Concat(Enumerable.Range(0, Statements).Select(i => (Id: $"run-{i}", Run: (Func<string, Task>)(id => ExecuteAsync(client, id)))))
            .Concat(Enumerable.Range(0, Queries).Select(i => (Id: $"query-{i}", Run: (Func<string, Task>)(id => QueryAsync(client, id)))));
        await Parallel.ForEachAsync(work, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (item, _) =>
        {
            var content = item.Id.StartsWith("load", StringComparison.Ordinal)
                ? FaultyBigQuery.Hash(Content(seed, int.Parse(item.Id["load-".Length..])))
                : FaultyBigQuery.Hash(Encoding.UTF8.GetBytes(Sql(item.Id)));
            var (end, deliveries) = await DeliverAsync(item.Id, item.Run);
            ends[item.Id] = (content, end, deliveries);
        });
        await server.SettleAsync();
        output.WriteLine($"seed {seed}: {server.Jobs.Count} jobs; {string.Join(", ", server.Faults.OrderBy(f => f.Key).Select(f => $"{f.Value} {f.Key}"))}");
        output.WriteLine(string.Join(", ", ends.Values.GroupBy(e => e.End).OrderBy(g => g.Key).Select(g => $"{g.Count()} {g.Key}")));
        output.WriteLine($"{ends.Values.Count(e => e.Deliveries > 1)} were delivered again");

        server.Complaints.ShouldBeEmpty();
        server.Sent.Values.ShouldAllBe(contents => contents.Count == 1, "no id was ever used for two contents");
        foreach (var (id, (content, end, _)) in ends)
        {
            var happened = server.Jobs.Values.Count(job => job.Content == content && job.Error is null);
            happened.ShouldBeLessThanOrEqualTo(1, $"{id} happened {happened} times");
            if (end == "done") happened.ShouldBe(1, id);
            if (end.StartsWith("failed", StringComparison.Ordinal)) happened.ShouldBe(0, $"{id} {end}");
        }
        server.Jobs.Keys.Where(id => id.StartsWith("run", StringComparison.Ordinal)).ShouldBeSubsetOf(ends.Keys, "a statement has one id");
        ends.Count.ShouldBe(Loads + Statements + Queries);
        ends.Values.Count(e => e.End == "done").ShouldBeGreaterThan(ends.Count / 2, "most of it succeeds");
        foreach (var fault in Enum.GetValues<BigQueryFault>().Where(f => f != BigQueryFault.None))
            server.Faults.GetValueOrDefault(fault).ShouldBeGreaterThan(0, $"{fault} must have happened");
    }

    /// <summary>As the platform does: again, until it succeeds or has failed for certain.</summary>
    private static async Task<(string End, int Deliveries)> DeliverAsync(string id, Func<string, Task> run)
    {
        for (var delivery = 1; ; delivery++)
        {
            try
            {
                await run(id);
                return ("done", delivery);
            }
            catch (BigQueryException e) when (e.Status == 0)
            {
                return ($"failed: {e.Reason}", delivery);
            }
            catch (Exception e) when (e is RetryException or BigQueryException { Status: 403 or 404 or 409 or 429 or >= 500 })
            {
                if (delivery == Deliveries) return ("unknown", delivery);
            }
        }
    }

    private static async Task LoadAsync(BigQueryClient client, string id, byte[] content) =>
        (await client.LoadAvroAsync(id, new TableName("staging", "t"), content, Labels, CancellationToken.None)).ShouldBe(FaultyBigQuery.Amount(content), id);

    private static async Task ExecuteAsync(BigQueryClient client, string id) =>
        (await client.ExecuteAsync(id, new QueryRequest(Sql(id)), CancellationToken.None)).ShouldBe(FaultyBigQuery.Amount(Encoding.UTF8.GetBytes(Sql(id))), id);

    private static async Task QueryAsync(BigQueryClient client, string id)
    {
        var next = 0;
        await foreach (var row in client.QueryAsync(id, new QueryRequest(Sql(id)), CancellationToken.None)) row.ShouldBe([$"{next++}", null]);
        next.ShouldBe(FaultyBigQuery.Amount(Encoding.UTF8.GetBytes(Sql(id))), id);
    }

    private static string Sql(string id) => $"SELECT '{id}'";

    /// <summary>Mostly small; every fifth some chunks long.</summary>
    private static byte[] Content(int seed, int i)
    {
        var random = new Random(unchecked((seed * 7919) + i));
        var content = new byte[random.Next(1, i % 5 == 0 ? 6 * FaultyUpload.Granule : 5000)];
        random.NextBytes(content);
        return content;
    }
}
