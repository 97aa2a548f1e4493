using Landfall.Contracts;
using Landfall.Sinks;
using Landfall.Tests.Suites;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Sinks;

/// <summary>The suite on a real Postgres.</summary>
public sealed class PostgresSinkTests : SinkSuite, IAsyncLifetime
{
    private PostgresSuiteDatabase _postgres = null!;

    private protected override ISink Sink => _postgres.Sink;

    private protected override Contract[] Known { get => _postgres.Known; set => _postgres.Known = value; }

    public async Task InitializeAsync() => _postgres = await PostgresSuiteDatabase.CreateAsync();

    public async Task DisposeAsync() => await _postgres.DisposeAsync();

    private protected override Task DropAsync(Table table) => ExecuteAsync($"DROP TABLE {table}; DELETE FROM landfall.heads");

    private protected override Task<IReadOnlyList<string>> ReadAsync(string sql) => _postgres.ReadAsync(sql);

    [Fact]
    public async Task Replace_writes_only_what_differs()
    {
        var keyed = Contract("keyed", Table("differs", "keyed", WriteMode.Replace, 1, Column("k", ColumnType.Int64, required: true), Column("v")));
        var keyless = Contract("keyless", Table("differs", "keyless", WriteMode.Replace, 0, Column("k", ColumnType.Int64), Column("v")));
        foreach (var (contract, table) in new[] { (Use(keyed, keyless), "differs.keyed"), (keyless, "differs.keyless") })
        {
            await Harness.LandAsync(contract, $"team/{contract.Id}_20240105.csv", 1, "k,v\n1,a\n2,\n3,c\n4,d\n");
            var before = await VersionsAsync(table);
            await Harness.LandAsync(contract, $"team/{contract.Id}_20240106.csv", 2, "k,v\n4,d\n1,A\n2,\n5,e\n");
            var after = await VersionsAsync(table);
            after["2"].ShouldBe(before["2"]);
            after["4"].ShouldBe(before["4"]);
            after["1"].ShouldNotBe(before["1"]);
        }
    }

    [Theory]
    [InlineData(WriteMode.Append)]
    [InlineData(WriteMode.ReplacePartition)]
    public async Task Rows_that_collide_need_care(WriteMode mode)
    {
        Column[] columns = [Column("k", ColumnType.Int64, required: true), Column("v"), .. mode == WriteMode.ReplacePartition ? [Day] : Array.Empty<Column>()];
        var contract = Use(Contract("things", Table($"careless_{mode}".ToLowerInvariant(), "things", mode, 1, columns)));
        var careless = new SinkHarness(Sink) { Careful = false };
        await careless.LandAsync(contract, Day1, 1, "k,v\n1,a\n2,b\n");
        Sink.NeedsCare(await Should.ThrowAsync<Exception>(() => careless.LandAsync(contract, Day2, 2, "k,v\n3,c\n2,x\n"))).ShouldBeTrue();
        Sink.NeedsCare(await Should.ThrowAsync<Exception>(() => careless.LandAsync(contract, Day2, 2, "k,v\n3,c\n3,c\n"))).ShouldBeTrue();
    }

    [Theory]
    [InlineData("ON DELETE CASCADE", WriteMode.Append)]
    [InlineData("ON DELETE SET NULL", WriteMode.Replace)]
    [InlineData("ON DELETE RESTRICT", WriteMode.ReplacePartition)]
    public async Task A_foreign_key_that_acts_on_its_own_waits_for_a_person(string acts, WriteMode mode)
    {
        var parents = await ReferredToAsync($"acts_{mode}".ToLowerInvariant(), mode, acts);
        var again = parents with { Id = Identifier.Parse($"again_{mode}".ToLowerInvariant()) };
        (await Should.ThrowAsync<RetryException>(() => Sink.PrepareAsync(Use(again), default))).Message.ShouldContain("does something of its own when a row goes");
    }

    [Theory]
    [InlineData(WriteMode.Append)]
    [InlineData(WriteMode.Replace)]
    public async Task A_foreign_key_that_a_person_made_may_wait_for_the_end_of_a_landing(WriteMode mode)
    {
        var schema = $"person_{mode}".ToLowerInvariant();
        var parents = await ReferredToAsync(schema, mode, "");
        var again = parents with { Id = Identifier.Parse($"again_{(int)mode}") };
        Use(again);
        await Harness.LandAsync(again, Day1, 2, "id,v\n1,b\n2,b\n");
        (await ReadAsync($"SELECT id, v FROM {schema}.parents ORDER BY id")).ShouldBe(["1|b", "2|b"]);
        (await Should.ThrowAsync<RejectException>(() => Harness.LandAsync(again, Day1, 3, "id,v\n2,c\n"))).Rows.ShouldHaveSingleItem().Value.ShouldBe("1");
        (await ReadAsync($"SELECT parent FROM {schema}.other")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task What_keeps_values_apart_beside_the_contract_waits_for_a_person()
    {
        var contract = Contract("things", Table("apart", "things", WriteMode.Append, 0, Column("a", unique: true), Column("b", ColumnType.Numeric, required: true) with { Precision = 5, Scale = 2 }));
        await Sink.PrepareAsync(Use(contract), default);
        var loose = Contract("loose", Table("apart", "things", WriteMode.Append, 0, Column("a"), Column("b", ColumnType.Numeric) with { Precision = 9, Scale = 2 }));
        var fault = await Should.ThrowAsync<RetryException>(() => Sink.PrepareAsync(Use(loose), default));
        fault.Hint!.ShouldContain("DROP CONSTRAINT things_a_key");
        await ExecuteAsync("ALTER TABLE apart.things DROP CONSTRAINT things_a_key");
        // Wider and no longer required, both at once.
        (await Harness.LandAsync(loose, "team/loose_20240105.csv", 1, "a,b\nx,1234567.89\nx,\n")).Rejects.ShouldBeEmpty();
        await ExecuteAsync("CREATE VIEW apart.v AS SELECT b FROM apart.things");
        var wider = Contract("wider", Table("apart", "things", WriteMode.Append, 0, Column("a"), Column("b", ColumnType.Numeric) with { Precision = 12, Scale = 2 }));
        fault = await Should.ThrowAsync<RetryException>(() => Sink.PrepareAsync(Use(wider), default));
        (fault.Message + fault.Hint).ShouldContain("SQLSTATE 0A000");
        fault.Hint!.ShouldContain("TYPE numeric(12,2)");
    }

    /// <summary>Parents 1 and 2 of which a person's table refers to the first.</summary>
    private async Task<Contract> ReferredToAsync(string schema, WriteMode mode, string acts)
    {
        Column[] columns = [Column("id", ColumnType.Int64, required: true), Column("v"), .. mode == WriteMode.ReplacePartition ? [Day] : Array.Empty<Column>()];
        var parents = Use(Contract("things", Table(schema, "parents", mode, 1, columns)));
        await Harness.LandAsync(parents, Day1, 1, "id,v\n1,a\n2,a\n");
        await ExecuteAsync($"CREATE TABLE {schema}.other (parent bigint REFERENCES {schema}.parents (id) {acts}); INSERT INTO {schema}.other VALUES (1)");
        return parents;
    }

    /// <summary>By key, which version of its row stands: what an update would change.</summary>
    private async Task<Dictionary<string, string>> VersionsAsync(string table) =>
        (await ReadAsync($"SELECT k, xmin::text || ' ' || ctid::text FROM {table}")).Select(row => row.Split('|')).ToDictionary(row => row[0], row => row[1]);

    private Task ExecuteAsync(string sql) => _postgres.Database.ExecuteAsync(sql);
}
