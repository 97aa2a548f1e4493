using System.Text;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Sinks;
using Landfall.Tests.Landings;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Operations;

/// <summary>An erasure is one commit in either warehouse: the key's rows, those that refer to them, and the ledger's entry.</summary>
public sealed class ErasureTests
{
    [Theory]
    [InlineData(SinkKind.Postgres)]
    [InlineData(SinkKind.BigQuery)]
    public async Task The_rows_of_a_key_and_all_that_refer_to_them_go(SinkKind kind)
    {
        await using var world = await LandingWorld.CreateAsync(Repository.Path("shared/contracts"), kind);
        foreach (var (name, content) in ((string, string)[])[("departments", "1,Engineering\n2,Sales\n"), ("jobs", "1,Analyst\n"), ("hired_employees", "1,A,2021-01-01T00:00:00Z,1,1\n2,B,2021-01-01T00:00:00Z,2,1\n3,C,2021-01-01T00:00:00Z,2,1\n")])
            (await world.Lander.LandAsync(await world.DropAsync("drop-zone", $"hiring/{name}_20240105.csv", Encoding.UTF8.GetBytes(content)), default)).Outcome.ShouldBe("landed");
        var contract = world.Contracts.All.Single(contract => contract.Id.Name == "departments");
        var erasing = (IErasingSink)world.Sink;

        var entry = await erasing.EraseAsync(Erasure.Of(world.Contracts, contract, contract.Tables[0], ["2"]), Entry(contract), default);

        entry.Tables.Select(table => $"{table.Table} {table.Removed}").ShouldBe(["hiring.hired_employees 2", "hiring.departments 1"]);
        (await RowsAsync("SELECT id FROM hiring.departments ORDER BY id")).ShouldBe(["1"]);
        (await RowsAsync("SELECT id FROM hiring.hired_employees ORDER BY id")).ShouldBe(["1"]);
        (await RowsAsync($"SELECT outcome FROM {(kind == SinkKind.Postgres ? "landfall.landings" : "landfall.ledger_departments")} WHERE outcome = 'erased'")).Count.ShouldBe(1);

        // Nothing of it is done when it can not be done.
        await Should.ThrowAsync<Exception>(() => erasing.EraseAsync(Erasure.Of(world.Contracts, contract, contract.Tables[0], ["1'; DROP TABLE hiring.departments; --"]), Entry(contract), default));
        (await RowsAsync("SELECT id FROM hiring.departments ORDER BY id")).ShouldBe(["1"]);

        async Task<IReadOnlyList<string>> RowsAsync(string sql)
        {
            if (kind == SinkKind.BigQuery) return await world.QueryAsync(sql);
            var rows = new List<string>();
            await using var command = world.Database.DataSource.CreateCommand(sql);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) rows.Add($"{reader.GetValue(0)}");
            return rows;
        }
    }

    private static LedgerEntry Entry(Contract contract) => new()
    {
        Source = new(contract, new StoredObject("erase", $"{contract.Id}/{Guid.NewGuid():N}", 0, DateTimeOffset.UnixEpoch, 0), null),
        ContractVersion = "1.0.0", Outcome = Outcome.Erased, Attempt = Guid.NewGuid(), StartedAt = DateTimeOffset.UnixEpoch, FinishedAt = DateTimeOffset.UnixEpoch,
    };
}
