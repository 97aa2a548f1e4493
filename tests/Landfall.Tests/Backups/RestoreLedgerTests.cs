using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Sinks;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Backups;

/// <summary>What the ledger knows of restored tables where the database has not always been the same one, and where sources end otherwise than they began.</summary>
public sealed class RestoreLedgerTests
{
    [Theory]
    [InlineData(WriteMode.Append)]
    [InlineData(WriteMode.Upsert)]
    public async Task A_backup_of_another_ledger_holds_nothing_that_landed_here_and_its_rows_are_not_doubled(WriteMode mode)
    {
        var contract = Contract("moved", Table("moved", "t", mode, mode == WriteMode.Append ? 0 : 1, Column("k", ColumnType.Int64, required: true), Column("v", ColumnType.Int64)));
        await using var world = await BackupWorld.CreateAsync(contract);
        for (var day = 1; day <= 4; day++) await LandAsync(day);
        var backup = await world.BackupAsync("moved.t");
        var whole = await ValuesAsync();

        // The database is lost; a new one has the tables' backups, and a ledger of its own.
        await world.Database.ExecuteAsync("TRUNCATE landfall.landings, landfall.presence; UPDATE landfall.heads SET version = 0; UPDATE landfall.ledger SET id = gen_random_uuid(); DELETE FROM moved.t");
        await LandAsync(5);
        var restored = await world.RestoreAsync("moved.t");
        (await ValuesAsync()).ShouldBe(whole);
        restored.Landings.ShouldBe(["drop-zone/team/moved_20240105.csv#5"]);

        // All is delivered again, as after a loss one would.
        for (var day = 1; day <= 5; day++) (await LandAsync(day)).ShouldBe(Outcome.Landed);
        (await ValuesAsync()).ShouldBe([.. whole, "(5,50)"]);
        for (var day = 1; day <= 5; day++) (await LandAsync(day)).ShouldBe(Outcome.AlreadyLanded);

        // From here on the ledger is the backups' own again.
        await world.BackupAsync("moved.t");
        (await world.RestoreAsync("moved.t")).Landings.ShouldBeEmpty();
        (await world.RestoreAsync("moved.t", backup.Object.Name)).LandingsCount.ShouldBe(5);

        async Task<Outcome> LandAsync(int day) => (await world.LandAsync(contract, $"team/moved_2024010{day}.csv", day, $"k,v\n{day},{day}0\n")).Outcome;

        async Task<IReadOnlyList<string>> ValuesAsync() => [.. (await world.RowsAsync("(SELECT k, v FROM moved.t)"))];
    }

    [Fact]
    public async Task A_backup_of_a_time_that_the_database_was_taken_back_from_holds_nothing_that_landed_since()
    {
        var contract = Contract("back", Table("back", "t", WriteMode.Append, 0, Column("k", ColumnType.Int64)));
        await using var world = await BackupWorld.CreateAsync(contract);
        for (var day = 1; day <= 3; day++) await LandAsync(day);
        await world.BackupAsync("back.t");

        // Recovery to before days 2 and 3 landed; then day 4 lands.
        await world.Database.ExecuteAsync("DELETE FROM landfall.landings WHERE version > 1; UPDATE landfall.heads SET version = 1; DELETE FROM back.t WHERE k > 1");
        await LandAsync(4);
        var restored = await world.RestoreAsync("back.t");

        restored.Landings.ShouldBe(["drop-zone/team/back_20240101.csv#1", "drop-zone/team/back_20240104.csv#4"]);

        Task LandAsync(int day) => world.LandAsync(contract, $"team/back_2024010{day}.csv", day, $"k\n{day}\n");
    }

    [Theory]
    [InlineData(Outcome.Superseded)]
    [InlineData(Outcome.Refused)]
    [InlineData(Outcome.Vanished)]
    public async Task A_landing_that_was_taken_back_from_one_table_is_not_forgotten_by_how_its_source_ends_later(Outcome outcome)
    {
        var contract = Contract("halves", [.. new[] { "a", "b" }.Select(name => Table("halves", name, WriteMode.Append, 0, Column("k", ColumnType.Int64)))]);
        await using var world = await BackupWorld.CreateAsync(contract);
        await world.BackupAsync("halves.a");
        const string Name = "team/halves_20240101.csv";
        await world.LandAsync(contract, Name, 1, "k\n1\n");
        (await world.RestoreAsync("halves.a")).LandingsCount.ShouldBe(1);

        var version = new StoredObject("drop-zone", Name, 1, DateTimeOffset.UnixEpoch, 4);
        var entry = new LedgerEntry { Source = new(contract, version, new(2024, 1, 1)), ContractVersion = "1.0.0", Outcome = outcome, Attempt = Guid.NewGuid(), StartedAt = DateTimeOffset.UnixEpoch, FinishedAt = DateTimeOffset.UnixEpoch };
        (await world.Sink.RecordAsync(entry, default)).Outcome.ShouldBe(outcome);
        (await world.LandAsync(contract, Name, 2, "k\n2\n")).Outcome.ShouldBe(Outcome.Landed);

        foreach (var table in new[] { "a", "b" }) (await world.RowsAsync($"(SELECT k FROM halves.{table})")).ShouldBe(["(2)"], table);
    }
}
