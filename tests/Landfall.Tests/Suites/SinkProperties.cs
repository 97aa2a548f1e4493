using FsCheck;
using FsCheck.Fluent;
using Landfall.Contracts;
using Landfall.Sinks;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Suites;

/// <summary>Whatever arrives, in whatever order and however often: the tables end as the newest versions define. On every sink, like <see cref="SinkSuite"/>.</summary>
public abstract class SinkProperties
{
    private int _schemas;

    private protected abstract ISink Sink { get; }

    private protected abstract Contract[] Known { get; set; }

    private protected abstract Task<IReadOnlyList<string>> ReadAsync(string sql);

    /// <summary>Empties a contract's one table and its ledger, behind the sink's back.</summary>
    private protected abstract Task ForgetAsync(Contract contract);

    /// <summary>One version of a day's file: rows of key and value.</summary>
    private sealed record Version(int Day, int Created, IReadOnlyList<(int Key, int Value)> Rows);

    /// <summary>Versions with distinct creations, and an order of arrival in which some come more than once.</summary>
    private sealed record History(Version[] Versions, int[] Arrivals)
    {
        public override string ToString() => $"versions: {string.Join("; ", Versions.Select((v, i) => $"#{i} day {v.Day} at {v.Created}: {string.Join(' ', v.Rows)}"))} arrivals: {string.Join(' ', Arrivals)}";
    }

    private static Gen<History> Histories { get; } =
        from count in Gen.Choose(1, 6)
        from created in Gen.Shuffle(Enumerable.Range(1, 20).ToArray())
        from days in Gen.Choose(1, 3).ArrayOf(count)
        from rows in (from n in Gen.Choose(0, 4) from keys in Gen.Shuffle(new[] { 1, 2, 3, 4, 5 }) from values in Gen.Choose(0, 9).ArrayOf(n) select keys.Take(n).Zip(values).ToArray()).ArrayOf(count)
        from again in Gen.Choose(0, count - 1).ArrayOf(count / 2)
        from arrivals in Gen.Shuffle(Enumerable.Range(0, count).Concat(again).ToArray())
        select new History([.. Enumerable.Range(0, count).Select(i => new Version(days[i], created[i], rows[i]))], arrivals);

    [Fact]
    public void Append_ends_with_the_newest_version_of_each_object() => Check(WriteMode.Append, history =>
        history.Versions.GroupBy(v => v.Day).SelectMany(day => day.MaxBy(v => v.Created)!.Rows));

    [Fact]
    public void Upsert_ends_with_the_newest_row_of_each_key() => Check(WriteMode.Upsert, history =>
        history.Versions.OrderBy(v => v.Day).ThenBy(v => v.Created).SelectMany(v => v.Rows).GroupBy(r => r.Key).Select(k => k.Last()), keys: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void ReplacePartition_ends_with_the_newest_version_of_each_day(int keys) => Check(WriteMode.ReplacePartition, history =>
        history.Versions.GroupBy(v => v.Day).SelectMany(day => day.MaxBy(v => v.Created)!.Rows.Select(r => (r.Key + (day.Key * 100), r.Value))), keys);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Replace_ends_with_the_newest_version_of_all(int keys) => Check(WriteMode.Replace, history =>
        history.Versions.OrderBy(v => v.Day).ThenBy(v => v.Created).Last().Rows, keys);

    /// <summary>1 for each of the 120 orders; where a landing takes long, every so many-th.</summary>
    private protected virtual int OrderStep => 1;

    /// <summary>Five versions of one object, in each of their 120 orders, each twice in a row at a place that moves.</summary>
    [Theory]
    [InlineData(WriteMode.Append, 0)]
    [InlineData(WriteMode.Append, 1)]
    [InlineData(WriteMode.Upsert, 1)]
    [InlineData(WriteMode.ReplacePartition, 0)]
    [InlineData(WriteMode.ReplacePartition, 1)]
    [InlineData(WriteMode.Replace, 0)]
    [InlineData(WriteMode.Replace, 1)]
    public async Task The_newest_of_five_versions_wins_in_every_order(WriteMode mode, int keys)
    {
        // A key of all, one that only this version has, and one that comes and goes.
        var versions = Enumerable.Range(1, 5).Select(n => new Version(1, n, [(0, n), (n * 10, n), (99, n % 2)])).Select(v => v with { Rows = [.. v.Rows.Where(r => r.Value > 0)] }).ToArray();
        var newest = mode == WriteMode.Upsert ? versions.SelectMany(v => v.Rows).GroupBy(r => r.Key).Select(k => k.Last()) : versions[^1].Rows;
        var expected = newest.Select(r => $"{(mode == WriteMode.ReplacePartition ? r.Key + 100 : r.Key)}|{r.Value}").Order(StringComparer.Ordinal).ToList();
        var (orders, replayed) = (0, 0);
        foreach (var order in Orders([0, 1, 2, 3, 4]))
        {
            // By nines, too, each version comes first, and last.
            if (orders++ % OrderStep != 0) continue;
            int[] arrivals = [.. order[..(1 + (orders % 5))], order[orders % 5], .. order[(1 + (orders % 5))..], order[0]];
            (await ReplayAsync(mode, keys, new(versions, arrivals), $"orders_{mode}_{keys}".ToLowerInvariant())).ShouldBe(expected, string.Join(' ', arrivals));
            replayed++;
        }
        replayed.ShouldBe(119 / OrderStep + 1);
    }

    private static IEnumerable<int[]> Orders(int[] all) =>
        all.Length == 1 ? [all] : all.SelectMany(first => Orders([.. all.Where(n => n != first)]).Select(rest => (int[])[first, .. rest]));

    private void Check(WriteMode mode, Func<History, IEnumerable<(int Key, int Value)>> expected, int keys = 0)
    {
        var (duplicates, seen) = (0, 0);
        var property = Prop.ForAll(Histories.ToArbitrary(), history =>
        {
            // An empty file replaces nothing, but is refused before it comes to a sink.
            if (mode is WriteMode.Replace or WriteMode.ReplacePartition && history.Versions.Any(v => v.Rows.Count == 0)) return;
            seen++;
            duplicates += history.Arrivals.Length - history.Versions.Length;
            ReplayAsync(mode, keys, history, $"history_{mode}_{keys}_{_schemas++}".ToLowerInvariant()).GetAwaiter().GetResult()
                .ShouldBe([.. expected(history).Select(r => $"{r.Key}|{r.Value}").Order(StringComparer.Ordinal)], history.ToString());
        });
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), property);
        duplicates.ShouldBePositive("no history held a duplicate: the test proved nothing");
        seen.ShouldBeGreaterThan(5);
    }

    private async Task<IReadOnlyList<string>> ReplayAsync(WriteMode mode, int keys, History history, string schema)
    {
        var partition = mode == WriteMode.ReplacePartition;
        Column[] columns = [Column("k", ColumnType.Int64, required: true), Column("v", ColumnType.Int64), .. partition ? [Day] : Array.Empty<Column>()];
        var contract = Contract(schema, Table(schema, "t", mode, keys, columns));
        Known = [contract];
        await Sink.PrepareAsync(contract, default);
        await ForgetAsync(contract);
        foreach (var i in history.Arrivals)
        {
            var version = history.Versions[i];
            // A key is in one partition only.
            var rows = version.Rows.Select(r => $"{(partition ? r.Key + (version.Day * 100) : r.Key)},{r.Value}\n");
            // Generations run against creation: whoever orders by them fails.
            await new SinkHarness(Sink).LandAsync(contract, $"team/{schema}_2024010{version.Day}.csv", version.Created, "k,v\n" + string.Concat(rows), generation: 100 - version.Created);
        }
        return [.. (await ReadAsync($"SELECT k, v FROM {schema}.t")).Order(StringComparer.Ordinal)];
    }
}
