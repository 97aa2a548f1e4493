using Landfall.Contracts;
using Landfall.Sinks.Postgres;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Sinks;

/// <summary>The committed DDL of shared/contracts.</summary>
public sealed class PostgresScriptTests
{
    private static readonly List<Contract> Contracts = [.. ContractReader.Read(Repository.Path("shared/contracts"), null).All.Where(contract => contract.Sink == SinkKind.Postgres)];

    [Fact]
    public async Task Run_by_hand_they_leave_the_sink_nothing_to_do()
    {
        await using var byHand = await CreateAsync();
        foreach (var contract in ParentsFirst()) await byHand.ExecuteAsync(await File.ReadAllTextAsync(Repository.Path($"shared/contracts/sql/{contract.Id}.sql")));
        var made = await Catalog.ReadAsync(byHand);
        await PrepareAsync(byHand);

        await using var bySink = await CreateAsync();
        await PrepareAsync(bySink);

        made.ShouldContain("people.people", Case.Sensitive);
        (await Catalog.ReadAsync(byHand)).ShouldBe(made, "prepared after the scripts");
        (await Catalog.ReadAsync(bySink)).ShouldBe(made, "prepared without the scripts");
    }

    private static async Task<Database> CreateAsync()
    {
        var database = new Database();
        await database.InitializeAsync();
        await PostgresMigrations.MigrateAsync(database.DataSource, default);
        return database;
    }

    private static async Task PrepareAsync(Database database)
    {
        foreach (var contract in ParentsFirst()) await PostgresTables.PrepareAsync(database.DataSource, contract, default);
    }

    private static IEnumerable<Contract> ParentsFirst()
    {
        var left = Contracts.ToList();
        while (left.Count > 0)
        {
            var next = left.First(contract => contract.Tables.SelectMany(table => table.Relationships).All(parent => parent.ParentContract == contract.Id || left.TrueForAll(other => other.Id != parent.ParentContract)));
            left.Remove(next);
            yield return next;
        }
    }
}
