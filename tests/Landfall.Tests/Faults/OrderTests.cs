using System.Text;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Tests.Landings;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Faults;

/// <summary>Five versions of one object in each of their 120 orders, each order with one of them twice: the newest wins in 120 of 120, by the whole pipeline.</summary>
public sealed class OrderTests
{
    private const int AtOnce = 8;

    private static readonly DateOnly First = new(2024, 1, 1);

    [Theory]
    [InlineData(SinkKind.Postgres, WriteMode.Append)]
    [InlineData(SinkKind.Postgres, WriteMode.ReplacePartition)]
    [InlineData(SinkKind.Postgres, WriteMode.Upsert)]
    [InlineData(SinkKind.Postgres, WriteMode.Replace)]
    [InlineData(SinkKind.BigQuery, WriteMode.Append)]
    [InlineData(SinkKind.BigQuery, WriteMode.ReplacePartition)]
    [InlineData(SinkKind.BigQuery, WriteMode.Upsert)]
    [InlineData(SinkKind.BigQuery, WriteMode.Replace)]
    public async Task The_newest_of_five_versions_wins(SinkKind sink, WriteMode write)
    {
        using var folder = new TempFolder();
        var contract = new HarnessContract(SinkKind.Postgres, write);
        await File.WriteAllTextAsync(folder[$"{contract.Id}.odcs.yaml"], contract.Yaml);
        await using var world = await LandingWorld.CreateAsync(folder.Path, sink);
        var orders = Orders([0, 1, 2, 3, 4]).ToList();
        orders.Count.ShouldBe(120);
        var table = sink == SinkKind.Postgres ? contract.Table : $"bq_lab.{contract.Id}";
        var newest = 0;
        // What replaces the table is the whole table's newest, and not the object's: one order after the other, each of a later day.
        var options = new ParallelOptions { MaxDegreeOfParallelism = write == WriteMode.Replace ? 1 : AtOnce };
        await Parallel.ForEachAsync(orders.Index(), options, async (order, _) =>
        {
            await ArriveAsync(world, contract, order.Index, order.Item);
            var rows = await world.Database.ScalarAsync<string>($"SELECT string_agg(n || '=' || text, ' ' ORDER BY n) FROM {table} WHERE day = '{First.AddDays(order.Index):yyyy-MM-dd}'");
            rows.ShouldBe(Expected(write, order.Index), $"order {string.Join(' ', order.Item)}");
            Interlocked.Increment(ref newest);
        });
        newest.ShouldBe(120);
        // None lies among the others' days.
        (await world.Database.ScalarAsync<long>($"SELECT count(DISTINCT day) FROM {table}")).ShouldBe(write == WriteMode.Replace ? 1 : 120);
    }

    private static async Task ArriveAsync(LandingWorld world, HarnessContract contract, int index, int[] order)
    {
        var events = new List<StorageObjectData>();
        for (var version = 0; version < order.Length; version++)
        {
            var csv = "n,text\n" + string.Concat(Rows(index, version).Select(row => $"{row.Key},{row.Text}\n"));
            events.Add(await world.DropAsync("drop-zone", contract.NameOf(First.AddDays(index)), Encoding.UTF8.GetBytes(csv)));
        }
        // The one that comes twice moves, and so does its second place.
        int[] arrivals = [.. order[..(1 + (index % 5))], order[index % 5], .. order[(1 + (index % 5))..]];
        foreach (var version in arrivals) await world.Lander.LandAsync(events[version], default);
    }

    /// <summary>A key of all versions, one that only this one has, and one that comes and goes.</summary>
    private static IEnumerable<(int Key, string Text)> Rows(int index, int version)
    {
        var first = index * 100;
        yield return (first, $"v{version}");
        yield return (first + 10 + version, $"v{version}");
        if (version % 2 == 1) yield return (first + 99, $"v{version}");
    }

    private static string Expected(WriteMode write, int index)
    {
        var rows = write == WriteMode.Upsert
            ? Enumerable.Range(0, 5).SelectMany(version => Rows(index, version)).GroupBy(row => row.Key).Select(key => key.Last())
            : Rows(index, 4);
        return string.Join(' ', rows.OrderBy(row => row.Key).Select(row => $"{row.Key}={row.Text}"));
    }

    private static IEnumerable<int[]> Orders(int[] all) =>
        all.Length == 1 ? [all] : all.SelectMany(first => Orders([.. all.Where(n => n != first)]).Select(rest => (int[])[first, .. rest]));
}
