using Landfall.Local.BigQuery;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.BigQuery;

/// <summary>Two transactions at once: they conflict when both update or delete rows of one table, whatever the rows, and never otherwise.</summary>
public sealed class SqlConflictTests(SqlWorld world) : IClassFixture<SqlWorld>
{
    /// <summary>Holds its transaction open, while the other works.</summary>
    private const string Wait = "SELECT LENGTH(REPEAT(CAST(x AS STRING), 1 + MOD(COUNT(*), 2))) FROM UNNEST(GENERATE_ARRAY(1, 400000)) AS x GROUP BY x ORDER BY 1 DESC LIMIT 1";

    [Theory]
    [InlineData("UPDATE d.T SET v = 'x' WHERE id = 1", "UPDATE d.T SET v = 'y' WHERE id = 2", 1)]
    [InlineData("DELETE FROM d.T WHERE id = 1", "DELETE FROM d.T WHERE id = 2", 1)]
    [InlineData("DELETE FROM d.T WHERE id = 77", "UPDATE d.T SET v = 'y' WHERE id = 2", 1)]
    [InlineData("TRUNCATE TABLE d.T", "MERGE d.T t USING (SELECT 9 AS id) s ON t.id = s.id WHEN MATCHED THEN DELETE", 1)]
    [InlineData("MERGE d.T t USING (SELECT 1 AS id) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET v = 'z'", "DELETE FROM d.T WHERE id = 2", 1)]
    [InlineData("INSERT INTO d.T VALUES (8, 'x')", "INSERT INTO d.T VALUES (9, 'y')", 0)]
    [InlineData("INSERT INTO d.T VALUES (8, 'x')", "DELETE FROM d.T WHERE id = 2", 0)]
    [InlineData("MERGE d.T t USING (SELECT 8 AS id) s ON t.id = s.id WHEN NOT MATCHED THEN INSERT VALUES (8, 'm')", "UPDATE d.T SET v = 'y' WHERE id = 2", 0)]
    [InlineData("UPDATE d.T SET v = 'x' WHERE id = 1", "UPDATE d.other SET v = 'y' WHERE id = 1", 0)]
    public async Task Two_transactions_conflict_as_in_BigQuery(string one, string two, int conflicts)
    {
        const string Rows = "AS SELECT 1 AS id, 'a' AS v UNION ALL SELECT 2, 'b'";
        await world.RunAsync($"CREATE OR REPLACE TABLE d.T {Rows}; CREATE OR REPLACE TABLE d.other {Rows}");
        var faults = new List<BigQueryFault>();
        await Task.WhenAll(((string[])[one, two]).Select(async statement =>
        {
            try
            {
                await world.RunAsync($"BEGIN TRANSACTION; {Wait}; {statement}; {Wait}; COMMIT TRANSACTION");
            }
            catch (BigQueryFault fault)
            {
                lock (faults) faults.Add(fault);
            }
        }));
        faults.Count.ShouldBe(conflicts);
        foreach (var fault in faults)
        {
            (fault.Status, fault.Reason).ShouldBe((400, "invalidQuery"));
            fault.Message.ShouldStartWith("Transaction is aborted due to concurrent update against table local:d.T. Transaction ID: ");
        }
    }

    [Fact]
    public async Task A_transaction_reads_what_was_there_when_it_began()
    {
        await world.RunAsync("CREATE TABLE d.snapshot AS SELECT 1 AS n");
        var reading = world.RunAsync($"BEGIN TRANSACTION; {Wait}; {Wait}; SELECT COUNT(*) FROM d.snapshot; COMMIT TRANSACTION; SELECT COUNT(*) FROM d.snapshot");
        while (await world.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_xmin IS NOT NULL AND query LIKE '%generate_array%' AND pid <> pg_backend_pid()") == 0)
        {
            reading.IsCompleted.ShouldBeFalse("the transaction was over before it was seen");
            await Task.Delay(5);
        }
        await world.RunAsync("INSERT INTO d.snapshot VALUES (2)");
        var outcomes = await reading;
        (outcomes[3].Rows[0][0], outcomes[5].Rows[0][0]).ShouldBe(("1", "2"));
    }

    [Fact]
    public async Task Statements_that_stand_alone_wait_for_each_other()
    {
        await world.RunAsync("CREATE TABLE d.counter AS SELECT 0 AS n");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.RunAsync("UPDATE d.counter SET n = n + 1 WHERE TRUE")));
        (await world.AskAsync("SELECT n FROM d.counter")).ShouldBe("20");
    }

    [Fact]
    public async Task Of_many_commits_on_one_head_row_each_moves_it_once()
    {
        await world.RunAsync("CREATE TABLE d.head AS SELECT 0 AS version");
        var (won, lost) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var i = 0; i < 25; i++)
            {
                var seen = await world.AskAsync("SELECT version FROM d.head");
                try
                {
                    await world.RunAsync(
                        "BEGIN TRANSACTION; UPDATE d.head SET version = version + 1 WHERE version = @seen; SELECT IF(@@row_count = 1, 0, ERROR('moved')); COMMIT TRANSACTION;",
                        $"[{SqlWorld.Scalar("seen", "INT64", seen)}]");
                    Interlocked.Increment(ref won);
                }
                catch (BigQueryFault fault) when (fault.Message == "moved" || fault.Message.StartsWith("Transaction is aborted", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref lost);
                }
            }
        }));
        (await world.AskAsync("SELECT version FROM d.head")).ShouldBe($"{won}");
        (won + lost).ShouldBe(100);
        lost.ShouldBeGreaterThan(0);
    }
}
