using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Landfall.Contracts;
using Landfall.Landings.Files;
using Landfall.Sinks;
using Landfall.Tests.Sinks;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Tool;

/// <summary>What is planned is what then happens, and a plan leaves nothing.</summary>
public sealed class PlanTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private PostgresSuiteDatabase _postgres = null!;
    private int _schemas;

    /// <summary>Files of one contract, in their order of arrival.</summary>
    private sealed record History((int Day, (int Key, int Value)[] Rows)[] Files)
    {
        public override string ToString() => string.Join("; ", Files.Select(f => $"day {f.Day}: {string.Join(' ', f.Rows)}"));
    }

    private static Gen<History> Histories { get; } =
        from count in Gen.Choose(2, 4)
        from days in Gen.Choose(1, 2).ArrayOf(count)
        from rows in (from n in Gen.Choose(1, 6) from r in (from k in Gen.Choose(1, 6) from v in Gen.Choose(0, 2) select (k, v)).ArrayOf(n) select r).ArrayOf(count)
        select new History([.. days.Zip(rows)]);

    public async Task InitializeAsync() => _postgres = await PostgresSuiteDatabase.CreateAsync();

    public async Task DisposeAsync() => await _postgres.DisposeAsync();

    [Theory]
    [InlineData(WriteMode.Append, 0)]
    [InlineData(WriteMode.Append, 1)]
    [InlineData(WriteMode.Upsert, 1)]
    [InlineData(WriteMode.ReplacePartition, 0)]
    [InlineData(WriteMode.ReplacePartition, 1)]
    [InlineData(WriteMode.Replace, 0)]
    [InlineData(WriteMode.Replace, 1)]
    public void A_plan_counts_what_the_landing_then_does(WriteMode mode, int keys)
    {
        var (added, changed, removed, older) = (0L, 0L, 0L, 0L);
        var property = Prop.ForAll(Histories.ToArbitrary(), history =>
        {
            var schema = $"plan_{mode}_{keys}_{_schemas++}".ToLowerInvariant();
            Column[] columns = [Column("k", ColumnType.Int64, required: true), Column("v", ColumnType.Int64), .. mode == WriteMode.ReplacePartition ? [Day] : Array.Empty<Column>()];
            var contract = Contract(schema, Table(schema, "t", mode, keys, columns));
            _postgres.Known = [contract];
            foreach (var (day, rows) in history.Files)
            {
                // A key is in one partition only.
                var csv = "k,v\n" + string.Concat(rows.Select(r => $"{(mode == WriteMode.ReplacePartition ? r.Key + (day * 100) : r.Key)},{r.Value}\n"));
                var (planned, happened, plan, receipt) = PlanAndLandAsync(contract, $"team/{schema}_2024010{day}.csv", day, csv, keys).GetAwaiter().GetResult();
                planned.ShouldBe(happened, $"{history}\nat day {day}: {csv}");
                (plan.Outcome, plan.Rows, plan.Reason).ShouldBe((receipt.Outcome, receipt.Rows, receipt.Reason), $"{history}");
                added += planned.Added;
                changed += planned.Changed;
                removed += planned.Removed;
                older += plan.Tables is [var only] ? only.Older : 0;
            }
        });
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), property);
        added.ShouldBePositive();
        if (keys > 0) changed.ShouldBePositive();
        if (mode != WriteMode.Upsert) removed.ShouldBePositive();
        else older.ShouldBePositive();
    }

    [Fact]
    public async Task A_plan_on_an_empty_database_leaves_it_empty()
    {
        await using var database = await PostgresServer.CreateDatabaseAsync();
        var parent = Table("plan_empty", "parents", WriteMode.Replace, 1, Column("k", ColumnType.Int64, required: true));
        var contract = Contract("plan_empty", parent);
        var source = await SourceAsync(contract, "team/plan_empty_20240105.csv", 5, "k\n1\n2\n2\n");
        var plan = new FilePlan(database.DataSource, _ => contract, Patience, TimeProvider.System);
        var (receipt, tables) = await plan.RunAsync(source, () => Open("k\n1\n2\n2\n"), (_, _) => { }, default);
        receipt.Outcome.ShouldBe("landed");
        tables.ShouldHaveSingleItem().Added.ShouldBe(2);
        (await database.ScalarAsync<long>("SELECT count(*) FROM pg_namespace WHERE nspname IN ('landfall', 'plan_empty')")).ShouldBe(0);
    }

    /// <summary>Plans, lands, and compares the table before and after.</summary>
    private async Task<((long Added, long Changed, long Removed) Planned, (long, long, long) Happened, Landfall.Landings.Receipt Plan, Landfall.Landings.Receipt Receipt)> PlanAndLandAsync(Contract contract, string name, int day, string csv, int keys)
    {
        await _postgres.Sink.PrepareAsync(contract, default);
        var source = await SourceAsync(contract, name, day, csv);
        var before = await RowsAsync(contract);
        var plan = new FilePlan(_postgres.Database.DataSource, _ => contract, Patience, TimeProvider.System);
        var (planned, tables) = await plan.RunAsync(source, () => Open(csv), (_, _) => { }, default);
        (await RowsAsync(contract)).ShouldBe(before, "the plan has changed the table");
        (await _postgres.Database.ScalarAsync<long>($"SELECT count(*) FROM landfall.landings WHERE identity = '{source.Version.Identity}'")).ShouldBe(0);
        var (receipt, _) = await new FileLander(_postgres.Database.DataSource, _postgres.Sink, TimeProvider.System, NullLogger.Instance).LandAsync(source, () => Open(csv), default);
        var counts = tables is [var only] && planned.Outcome == "landed" ? (only.Added!.Value, only.Changed!.Value, only.Removed!.Value) : default;
        return (counts, Difference(before, await RowsAsync(contract), keys), planned, receipt);
    }

    private static (long, long, long) Difference(List<string> before, List<string> after, int keys)
    {
        if (keys == 0)
        {
            var (gone, come) = (before.ToList(), new List<string>());
            foreach (var row in after)
            {
                if (!gone.Remove(row)) come.Add(row);
            }
            return (come.Count, 0, gone.Count);
        }
        var old = before.ToDictionary(row => row.Split('|')[0]);
        var now = after.ToDictionary(row => row.Split('|')[0]);
        return (now.Keys.Except(old.Keys).LongCount(), now.LongCount(row => old.TryGetValue(row.Key, out var other) && other != row.Value), old.Keys.Except(now.Keys).LongCount());
    }

    private async Task<List<string>> RowsAsync(Contract contract) => [.. (await _postgres.ReadAsync($"SELECT {string.Join(", ", contract.Tables[0].Columns)} FROM {contract.Tables[0]} ORDER BY 1, 2"))];

    private static async Task<Source> SourceAsync(Contract contract, string name, int day, string csv) =>
        await LocalSource.OfAsync(contract, name, new DateOnly(2024, 1, day), Open(csv), Guid.NewGuid(), DateTimeOffset.UtcNow, default);

    private static MemoryStream Open(string csv) => new(Encoding.UTF8.GetBytes(csv));
}
