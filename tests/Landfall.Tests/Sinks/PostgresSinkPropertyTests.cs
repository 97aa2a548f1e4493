using Landfall.Contracts;
using Landfall.Sinks;
using Landfall.Tests.Suites;
using Xunit;

namespace Landfall.Tests.Sinks;

/// <summary>The properties on a real Postgres.</summary>
public sealed class PostgresSinkPropertyTests : SinkProperties, IAsyncLifetime
{
    private PostgresSuiteDatabase _postgres = null!;

    private protected override ISink Sink => _postgres.Sink;

    private protected override Contract[] Known { get => _postgres.Known; set => _postgres.Known = value; }

    public async Task InitializeAsync() => _postgres = await PostgresSuiteDatabase.CreateAsync();

    public async Task DisposeAsync() => await _postgres.DisposeAsync();

    private protected override Task ForgetAsync(Contract contract) =>
        _postgres.Database.ExecuteAsync($"DELETE FROM {contract.Tables[0]}; DELETE FROM landfall.landings WHERE contract = '{contract.Id}'");

    private protected override Task<IReadOnlyList<string>> ReadAsync(string sql) => _postgres.ReadAsync(sql);
}
