using Landfall.Contracts;
using Landfall.Sinks.BigQuery;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Sinks;

/// <summary>The committed DDL of the contracts that land in BigQuery.</summary>
public sealed class BigQueryScriptTests : IAsyncLifetime
{
    private static readonly List<Contract> Contracts = [.. ContractReader.Read(Repository.Path("shared/contracts"), null).All.Where(contract => contract.Sink == SinkKind.BigQuery)];

    private BigQuerySuiteDatabase _bigQuery = null!;

    public async Task InitializeAsync() => _bigQuery = await BigQuerySuiteDatabase.CreateAsync();

    public async Task DisposeAsync() => await _bigQuery.DisposeAsync();

    [Fact]
    public async Task Run_by_hand_they_leave_the_sink_nothing_to_do()
    {
        foreach (var contract in Contracts)
        {
            await _bigQuery.ExecuteAsync(await File.ReadAllTextAsync(Repository.Path($"shared/contracts/sql/{contract.Id}.sql")));
            foreach (var table in contract.Tables)
            {
                var standing = await _bigQuery.Client.GetTableAsync(BigQueryNames.Of(table), default);
                var changes = TableChanges.Between(standing.ShouldNotBeNull(), BigQueryTables.Resource(contract, table));
                changes.Faults.ShouldBeEmpty();
                changes.Patch.ShouldBeNull();
            }
            foreach (var view in contract.Views)
                (await _bigQuery.Client.GetTableAsync(new(view.Schema.Name, view.Name.Name), default)).ShouldNotBeNull().ViewQuery.ShouldBe(BigQueryTables.Resource(contract, view).ViewQuery);
        }
        Contracts.ShouldNotBeEmpty();
    }
}
