using FsCheck;
using FsCheck.Fluent;
using Landfall.Backups;
using Landfall.Contracts;
using Shouldly;
using Xunit;
using Outcome = Landfall.Sinks.Outcome;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Backups;

/// <summary>
/// Landings, backups and restores in any order: a restored table is what it was at the backup, a landing that is in it is not landed again, one that is not lands again when it is delivered again; and
/// when all are delivered again, in whatever order, the tables end as if nobody had ever restored anything.
/// </summary>
public sealed class ReplayProperties : IAsyncLifetime
{
    private BackupWorld _world = null!;
    private int _contracts;
    private int _reverted;
    private int _broughtBack;

    public async Task InitializeAsync() => _world = await BackupWorld.CreateAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    /// <summary>A step: a version arrives, a table is backed up, or restored from one of its backups.</summary>
    private sealed record Step(char What, int Which, int Table)
    {
        public override string ToString() => $"{What}{Which}{(What == 'L' ? "" : $"/{Table}")}";
    }

    /// <summary>One version of a day's file: rows of key and value.</summary>
    private sealed record Version(int Day, int Created, IReadOnlyList<(int Key, int Value)> Rows);

    private sealed record History(Version[] Versions, Step[] Steps, int[] Again)
    {
        public override string ToString() => $"versions: {string.Join("; ", Versions.Select((v, i) => $"#{i} day {v.Day} at {v.Created}: {string.Join(' ', v.Rows)}"))} steps: {string.Join<Step>(' ', Steps)} again: {string.Join(' ', Again)}";
    }

    private static Gen<History> Histories { get; } =
        from count in Gen.Choose(2, 5)
        from created in Gen.Shuffle(Enumerable.Range(1, 20).ToArray())
        from days in Gen.Choose(1, 2).ArrayOf(count)
        from rows in (from n in Gen.Choose(1, 3) from keys in Gen.Shuffle(new[] { 1, 2, 3, 4 }) from values in Gen.Choose(0, 9).ArrayOf(n) select keys.Take(n).Zip(values).ToArray()).ArrayOf(count)
        from steps in (from what in Gen.Elements('L', 'L', 'L', 'B', 'B', 'R', 'R') from which in Gen.Choose(0, 9) from table in Gen.Choose(0, 1) select new Step(what, which, table)).ArrayOf(14)
        from again in Gen.Shuffle(Enumerable.Range(0, count).ToArray())
        select new History([.. Enumerable.Range(0, count).Select(i => new Version(days[i], created[i], rows[i]))], steps, again);

    [Theory]
    [InlineData(WriteMode.Append, 0, 1)]
    [InlineData(WriteMode.Append, 0, 2)]
    [InlineData(WriteMode.Append, 1, 2)]
    [InlineData(WriteMode.Upsert, 1, 1)]
    [InlineData(WriteMode.Upsert, 1, 2)]
    [InlineData(WriteMode.ReplacePartition, 0, 1)]
    [InlineData(WriteMode.ReplacePartition, 1, 2)]
    [InlineData(WriteMode.Replace, 0, 2)]
    [InlineData(WriteMode.Replace, 1, 1)]
    public void A_replay_ends_as_if_nobody_had_restored(WriteMode mode, int keys, int tables)
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(Histories.ToArbitrary(), history => RunAsync(history, mode, keys, tables).GetAwaiter().GetResult()));
        _reverted.ShouldBeGreaterThan(20, "hardly a restore took a landing back: the test proved nothing");
        _broughtBack.ShouldBeGreaterThan(0, "no restore brought back a landing that another had taken: the test proved too little");
    }

    /// <summary>A landing is taken out of one table, then out of the other by a landing that replaces its day, and then brought back to the first: it is not whole again.</summary>
    [Fact]
    public async Task What_a_landing_replaces_after_a_restore_does_not_come_back_by_half()
    {
        const string Steps = "B5/0 R1/0 R2/1 L2 L2 B8/1 B4/1 B4/0 R6/0 L3 R0/1 R0/0 L0 R3/0";
        var history = new History(
            [new(1, 14, [(1, 5)]), new(2, 6, [(1, 4), (3, 4)]), new(1, 19, [(4, 0), (2, 1), (3, 4)]), new(1, 5, [(4, 1)]), new(2, 8, [(3, 8), (2, 9), (1, 9)])],
            [.. Steps.Split(' ').Select(step => new Step(step[0], step[1] - '0', step.Length > 2 ? step[3] - '0' : 0))],
            [0, 2, 4, 3, 1]);
        await RunAsync(history, WriteMode.ReplacePartition, 1, 2);
    }

    private async Task RunAsync(History history, WriteMode mode, int keys, int tables)
    {
        var contract = Make($"replay_{_contracts++}", mode, keys, tables);
        await _world.Sink.PrepareAsync(contract, default);
        var backups = new List<(Backup Backup, Table Table, IReadOnlyList<string> Rows)>[] { [], [] };
        foreach (var step in history.Steps)
        {
            var table = contract.Tables[step.Table % tables];
            var made = backups[step.Table % tables];
            if (step.What == 'L') await LandAsync(history, contract, step.Which % history.Versions.Length, mode);
            else if (step.What == 'B') made.Add((await _world.Backups().BackupAsync(contract, table, default), table, await _world.RowsAsync($"{table}")));
            else if (made.Count > 0) await RestoreAsync(contract, made[step.Which % made.Count], history);
        }

        // The wrong backup, and then the right one: what the first restore takes back, the second brings back.
        if (backups[0].Count > 1)
        {
            await RestoreAsync(contract, backups[0][0], history);
            await RestoreAsync(contract, backups[0][^1], history);
        }

        // What the ledger says has landed is in place: delivered again, it changes nothing.
        var before = await StateAsync(contract);
        foreach (var i in await LandedAsync(history, contract)) (await LandAsync(history, contract, i, mode)).ShouldBe(Outcome.AlreadyLanded, history.ToString());
        (await StateAsync(contract)).ShouldBe(before, history.ToString());

        foreach (var i in history.Again) await LandAsync(history, contract, i, mode);
        var replayed = await StateAsync(contract);

        var fresh = Make($"replay_{_contracts++}", mode, keys, tables);
        await _world.Sink.PrepareAsync(fresh, default);
        foreach (var i in history.Again) await LandAsync(history, fresh, i, mode);
        replayed.ShouldBe(await StateAsync(fresh), history.ToString());
    }

    private async Task RestoreAsync(Contract contract, (Backup Backup, Table Table, IReadOnlyList<string> Rows) made, History history)
    {
        var (landed, back) = await CountAsync(contract);
        await _world.Restorer().RestoreAsync(contract, made.Table, made.Backup.Object.Name, default);
        (await _world.RowsAsync($"{made.Table}")).ShouldBe(made.Rows, history.ToString());
        var now = await CountAsync(contract);
        if (now.Landed < landed) _reverted++;
        if (now.Back > back) _broughtBack++;
    }

    private async Task<Outcome> LandAsync(History history, Contract contract, int which, WriteMode mode)
    {
        var version = history.Versions[which];
        // A key is in one partition, and under append in one object, only.
        var rows = version.Rows.Select(r => $"{(mode is WriteMode.ReplacePartition or WriteMode.Append ? r.Key + (version.Day * 100) : r.Key)},{r.Value}\n");
        return (await _world.LandAsync(contract, $"team/{contract.Id}_2024010{version.Day}.csv", version.Created, "k,v\n" + string.Concat(rows))).Outcome;
    }

    private async Task<List<int>> LandedAsync(History history, Contract contract)
    {
        var landed = await _world.Database.ScalarAsync<long[]>($"SELECT array_agg(generation) FROM landfall.landings WHERE contract = '{contract.Id}' AND outcome = 'landed'") ?? [];
        return [.. Enumerable.Range(0, history.Versions.Length).Where(i => landed.Contains(history.Versions[i].Created))];
    }

    /// <summary>How many landings stand, and how often one is in a table again that a restore had taken out of it.</summary>
    private async Task<(long Landed, long Back)> CountAsync(Contract contract) =>
        (await _world.Database.ScalarAsync<long>($"SELECT count(*) FROM landfall.landings WHERE contract = '{contract.Id}' AND outcome = 'landed'"),
         await _world.Database.ScalarAsync<long>($"SELECT count(*) FROM landfall.presence WHERE table_name LIKE '{contract.Id}.%' AND upper_inf(versions)"));

    private async Task<string> StateAsync(Contract contract)
    {
        var state = "";
        foreach (var table in contract.Tables) state += await _world.Database.ScalarAsync<string>($"SELECT coalesce(string_agg(k || '=' || v, ' ' ORDER BY k, v), '') FROM {table}") + '\n';
        return state;
    }

    private static Contract Make(string schema, WriteMode mode, int keys, int tables)
    {
        return Contract(schema, [.. Enumerable.Range(0, tables).Select(i => Table(schema, $"t{i}", mode, keys, Columns()))]);

        // Each table's are its own.
        Column[] Columns() => [Column("k", ColumnType.Int64, required: true), Column("v", ColumnType.Int64), .. mode == WriteMode.ReplacePartition ? [Day with { }] : Array.Empty<Column>()];
    }
}
