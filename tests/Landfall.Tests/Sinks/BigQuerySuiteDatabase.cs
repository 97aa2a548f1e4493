using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Sinks.BigQuery;
using Landfall.Tests.Local.BigQuery;
using Shouldly;

namespace Landfall.Tests.Sinks;

/// <summary>A fresh BigQuery with a sink on it, for the suites: the local one, or, with <c>LANDFALL_TEST_PROJECT</c>, Google's.</summary>
internal sealed class BigQuerySuiteDatabase : IAsyncDisposable
{
    private static readonly string? Project = Environment.GetEnvironmentVariable("LANDFALL_TEST_PROJECT") is { Length: > 0 } project ? project : null;

    private readonly List<HttpClient> _http = [];
    private readonly List<BigQuerySink> _sinks = [];
    private Database? _database;
    private BigQueryServer? _server;

    public BigQuerySink Sink { get; private set; } = null!;

    public BigQueryClient Client { get; private set; } = null!;

    public Contract[] Known { get; set; } = [];

    public SqlRecorder Recorder { get; } = new();

    public static async Task<BigQuerySuiteDatabase> CreateAsync()
    {
        var suite = new BigQuerySuiteDatabase();
        if (Project is null)
        {
            suite._database = await PostgresServer.CreateDatabaseAsync();
            suite._server = await BigQueryServer.StartAsync(suite._database.DataSource, TimeProvider.System);
        }
        suite.Client = suite.NewClient();
        suite.Sink = suite.NewSink(suite.Client);
        return suite;
    }

    /// <summary>Another process' sink on the same BigQuery.</summary>
    public BigQuerySink Another() => NewSink(NewClient());

    public async Task<IReadOnlyList<string>> ReadAsync(string sql)
    {
        var rows = new List<string>();
        await foreach (var row in Client.QueryAsync($"landfall_test_{Guid.NewGuid():N}", new(sql), default)) rows.Add(string.Join('|', row.Select(cell => cell ?? "∅")));
        return rows;
    }

    public Task ExecuteAsync(string sql) => Client.ExecuteAsync($"landfall_test_{Guid.NewGuid():N}", new(sql), default);

    /// <summary>The tables that load jobs have filled and no commit has cleared away.</summary>
    public Task<IReadOnlyList<string>> StagedAsync() => Task.FromResult<IReadOnlyList<string>>([.. Recorder.Tables.Where(t => t.StartsWith("landfall_staging.", StringComparison.Ordinal))]);

    /// <summary>Empties a contract's one table and its ledger.</summary>
    public Task ForgetAsync(Contract contract) =>
        ExecuteAsync($"DELETE FROM `{contract.Tables[0]}` WHERE TRUE; DELETE FROM `landfall.ledger_{contract.Id}` WHERE landing_id <> 0");

    public async ValueTask DisposeAsync()
    {
        // Whatever the test was about, what it has landed adds up.
        foreach (var contract in Known) (await Sink.FindUnbalancedAsync(contract, DateTimeOffset.UnixEpoch, default)).ShouldBeEmpty();
        foreach (var sink in _sinks) sink.Dispose();
        foreach (var http in _http) http.Dispose();
        Recorder.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
    }

    private BigQueryClient NewClient()
    {
        var http = new HttpClient(Recorder, disposeHandler: false);
        _http.Add(http);
        return new(Project ?? "local", "EU", _server?.Endpoint ?? new("https://bigquery.googleapis.com"), http, TimeProvider.System, new Random(_http.Count));
    }

    private BigQuerySink NewSink(BigQueryClient client)
    {
        var sink = new BigQuerySink(client, () => Known, TimeProvider.System);
        _sinks.Add(sink);
        return sink;
    }
}
