using Landfall.Contracts;
using Landfall.Sinks;
using Landfall.Tests.Suites;
using Xunit;

namespace Landfall.Tests.Sinks;

/// <summary>The suite on BigQuery, as small files come: streamed.</summary>
public class BigQuerySinkTests : SinkSuite, IAsyncLifetime
{
    private protected BigQuerySuiteDatabase BigQuery { get; private set; } = null!;

    private protected override ISink Sink => BigQuery.Sink;

    private protected override Contract[] Known { get => BigQuery.Known; set => BigQuery.Known = value; }

    public async Task InitializeAsync() => BigQuery = await BigQuerySuiteDatabase.CreateAsync();

    public async Task DisposeAsync() => await BigQuery.DisposeAsync();

    private protected override Task DropAsync(Table table) => BigQuery.ExecuteAsync($"DROP TABLE `{table}`");

    private protected override Task<IReadOnlyList<string>> ReadAsync(string sql) => BigQuery.ReadAsync(sql);
}
