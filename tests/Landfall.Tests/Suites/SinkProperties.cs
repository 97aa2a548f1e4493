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
        history.Versions.OrderBy(v => v.Day).ThenBy(v => v.Created).SelectMany(v => v.Rows).GroupBy(r => r.Key).Select(k => k.Last()));

    private void Check(WriteMode mode, Func<History, IEnumerable<(int Key, int Value)>> expected)
    {
        var duplicates = 0;
        var property = Prop.ForAll(Histories.ToArbitrary(), history =>
        {
            duplicates += history.Arrivals.Length - history.Versions.Length;
            ReplayAsync(mode, history).GetAwaiter().GetResult().ShouldBe([.. expected(history).Select(r => $"{r.Key}|{r.Value}").Order(StringComparer.Ordinal)], history.ToString());
        });
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), property);
        duplicates.ShouldBePositive("no history held a duplicate: the test proved nothing");
    }

    private async Task<IReadOnlyList<string>> ReplayAsync(WriteMode mode, History history)
    {
        var schema = $"history_{mode}_{_schemas++}".ToLowerInvariant();
        var contract = Contract(schema, Table(schema, "t", mode, mode == WriteMode.Upsert ? 1 : 0, Column("k", ColumnType.Int64, required: true), Column("v", ColumnType.Int64)));
        Known = [contract];
        foreach (var i in history.Arrivals)
        {
            var version = history.Versions[i];
            // Generations run against creation: whoever orders by them fails.
            await new SinkHarness(Sink).LandAsync(contract, $"team/{schema}_2024010{version.Day}.csv", version.Created, "k,v\n" + string.Concat(version.Rows.Select(r => $"{r.Key},{r.Value}\n")), generation: 100 - version.Created);
        }
        return [.. (await ReadAsync($"SELECT k, v FROM {schema}.t")).Order(StringComparer.Ordinal)];
    }
}
