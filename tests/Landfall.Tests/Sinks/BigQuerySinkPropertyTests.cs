using Landfall.Contracts;
using Landfall.Sinks;
using Landfall.Tests.Suites;
using Xunit;

namespace Landfall.Tests.Sinks;

/// <summary>The properties on BigQuery.</summary>
public sealed class BigQuerySinkPropertyTests : SinkProperties, IAsyncLifetime
{
    private BigQuerySuiteDatabase _bigQuery = null!;

    private protected override ISink Sink => _bigQuery.Sink;

    private protected override Contract[] Known { get => _bigQuery.Known; set => _bigQuery.Known = value; }

    /// <summary>All with <c>TESTS_ROUNDS</c>: minutes.</summary>
    private protected override int OrderStep => Environment.GetEnvironmentVariable("TESTS_ROUNDS") is { Length: > 0 } ? 1 : 9;

    public async Task InitializeAsync() => _bigQuery = await BigQuerySuiteDatabase.CreateAsync();

    public async Task DisposeAsync() => await _bigQuery.DisposeAsync();

    private protected override Task ForgetAsync(Contract contract) => _bigQuery.ForgetAsync(contract);

    private protected override Task<IReadOnlyList<string>> ReadAsync(string sql) => _bigQuery.ReadAsync(sql);
}
