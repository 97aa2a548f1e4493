using Landfall.Backups;
using Landfall.Contracts;
using Landfall.Sinks;
using Landfall.Tests.Suites;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Backups;

/// <summary>Backups and restores at the same time as landings, and as each other.</summary>
public sealed class BackupRaceTests : IAsyncLifetime
{
    /// <summary>Copied straight into the table: such a landing holds the table first, and then asks for the head row.</summary>
    private static readonly Contract Direct = Contract("direct", Table("race", "direct", WriteMode.Append, 0, Column("k", ColumnType.Int64), Column("v", ColumnType.Int64)));

    /// <summary>Staged: such a landing holds the head row first, and then asks for the table.</summary>
    private static readonly Contract Staged = Contract("staged", Table("race", "staged", WriteMode.Replace, 1, Column("k", ColumnType.Int64, required: true), Column("v", ColumnType.Int64)));

    private BackupWorld _world = null!;

    public async Task InitializeAsync() => _world = await BackupWorld.CreateAsync(Direct, Staged);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_backup_while_landings_run_is_one_snapshot()
    {
        await _world.LandAsync(Staged, "team/staged_20240105.csv", 1, Csv(1));
        using var enough = new CancellationTokenSource();
        var landed = 1;
        var landings = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested) await _world.LandAsync(Staged, "team/staged_20240105.csv", ++landed, Csv(landed));
        });
        var backups = new List<Backup>();
        while (backups.Count < 8 || landed < 8) backups.Add(await _world.BackupAsync("staged"));
        await enough.CancelAsync();
        await landings;

        var values = new HashSet<long>();
        foreach (var backup in backups)
        {
            await _world.RestoreAsync("staged", backup.Object.Name);
            (await _world.Database.ScalarAsync<string>("SELECT count(*) || ' ' || count(DISTINCT v) FROM race.staged")).ShouldBe("2000 1");
            var value = await _world.Database.ScalarAsync<long>("SELECT min(v) FROM race.staged");
            values.Add(value);
            // The ledger stands where the rows do: exactly what had landed up to then.
            (await _world.Database.ScalarAsync<long>("SELECT max(generation) FROM landfall.landings WHERE contract = 'staged' AND outcome = 'landed'")).ShouldBe(value);
        }
        values.Count.ShouldBeGreaterThan(1, "no landing came between two backups: the test proved nothing");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_restore_waits_for_the_landing_that_holds_the_lock_and_takes_it_back(bool direct)
    {
        var contract = direct ? Direct : Staged;
        await _world.LandAsync(contract, $"team/{contract.Id}_20240105.csv", 1, "k,v\n1,1\n");
        var backup = await _world.BackupAsync(contract.Id.Name);
        var before = await _world.RowsAsync($"{contract.Tables[0]}");
        Task<Restored> restore = null!;
        var harness = new SinkHarness(_world.Sink)
        {
            Checked = async () =>
            {
                restore = Task.Run(() => _world.RestoreAsync(contract.Id.Name));
                (await Task.WhenAny(restore, Task.Delay(700))).ShouldNotBe(restore, "the landing holds its contract's lock");
            },
        };
        (await harness.LandAsync(contract, $"team/{contract.Id}_20240106.csv", 2, "k,v\n2,2\n")).Outcome.ShouldBe(Outcome.Landed);

        var restored = await restore;
        (await _world.RowsAsync($"{contract.Tables[0]}")).ShouldBe(before);
        restored.Landings.ShouldBe([$"drop-zone/team/{contract.Id}_20240106.csv#2"]);
        restored.Backup.Name.ShouldBe(backup.Object.Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_landing_waits_for_the_restore_that_holds_the_lock_and_lands_on_what_it_restored(bool direct)
    {
        var contract = direct ? Direct : Staged;
        var table = contract.Tables[0];
        await _world.LandAsync(contract, $"team/{contract.Id}_20240105.csv", 1, "k,v\n1,1\n");
        var backup = await _world.BackupAsync(contract.Id.Name);
        await _world.Database.ExecuteAsync($"UPDATE {table} SET v = 99");

        await using (var file = await BackupFile.OpenAsync(_world.Storage, backup.Object, default))
        await using (var restore = await RestoreTransaction.BeginAsync(_world.Connections, new BackupLayout(table), default))
        {
            await restore.ReplaceAsync(contract, file, TimeProvider.System, default);
            var landing = Task.Run(() => _world.LandAsync(contract, $"team/{contract.Id}_20240106.csv", 2, "k,v\n2,2\n"));
            (await Task.WhenAny(landing, Task.Delay(700))).ShouldNotBe(landing, "the restore holds the contract's lock");
            await restore.CommitAsync(Entry(contract, backup), file.Header, default);
            (await landing).Outcome.ShouldBe(Outcome.Landed);
        }
        (await _world.Database.ScalarAsync<string>($"SELECT string_agg(k || '=' || v, ' ' ORDER BY k) FROM {table}")).ShouldBe(direct ? "1=1 2=2" : "2=2");
    }

    [Fact]
    public async Task Two_restores_at_once_both_end_one_behind_the_other()
    {
        await _world.LandAsync(Staged, "team/staged_20240105.csv", 1, Csv(1));
        var first = await _world.BackupAsync("staged");
        await _world.LandAsync(Staged, "team/staged_20240106.csv", 2, Csv(2));
        var second = await _world.BackupAsync("staged");

        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(_world.RestoreAsync("staged", first.Object.Name), _world.RestoreAsync("staged", second.Object.Name));
            var value = await _world.Database.ScalarAsync<long>("SELECT min(v) FROM race.staged");
            (await _world.Database.ScalarAsync<string>("SELECT count(*) || ' ' || count(DISTINCT v) FROM race.staged")).ShouldBe("2000 1");
            (await _world.LedgerAsync(Staged)).ShouldBe(["team/staged_20240105.csv landed", value == 2 ? "team/staged_20240106.csv landed" : "team/staged_20240106.csv reverted"]);
        }
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM landfall.landings WHERE outcome = 'restored'")).ShouldBe(6);
    }

    [Fact]
    public async Task Backups_at_once_each_end_or_say_that_there_was_another()
    {
        await _world.LandAsync(Direct, "team/direct_20240105.csv", 1, "k,v\n1,1\n");
        var backups = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            try
            {
                return await _world.BackupAsync("direct");
            }
            catch (RetryException)
            {
                return null;
            }
        })));
        backups.ShouldContain(backup => backup != null);
        (await _world.ObjectsAsync()).ShouldBe(backups.OfType<Backup>().Select(backup => backup.Object.Name).Distinct().Order(StringComparer.Ordinal));
    }

    private static string Csv(int value) => "k,v\n" + string.Concat(Enumerable.Range(1, 2000).Select(k => $"{k},{value}\n"));

    private static LedgerEntry Entry(Contract contract, Backup backup) => new()
    {
        Source = new(contract, backup.Object with { Name = backup.Object.Name + "@test" }, null), ContractVersion = "1.0.0", Outcome = Outcome.Restored, Attempt = Guid.NewGuid(),
        StartedAt = SinkHarness.Epoch, FinishedAt = SinkHarness.Epoch,
    };
}
