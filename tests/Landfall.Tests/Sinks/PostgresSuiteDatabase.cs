using System.Text.Json;
using Landfall.Contracts;
using Landfall.Sinks.Postgres;
using Shouldly;

namespace Landfall.Tests.Sinks;

/// <summary>A fresh database with a sink on it, for the suites.</summary>
internal sealed class PostgresSuiteDatabase : IAsyncDisposable
{
    private PostgresSuiteDatabase(Database database) =>
        (Database, Sink) = (database, new PostgresSink(database.DataSource, id => Known.First(c => c.Id == id), TimeSpan.FromMinutes(10)));

    public Database Database { get; }

    public PostgresSink Sink { get; }

    public Contract[] Known { get; set; } = [];

    public static async Task<PostgresSuiteDatabase> CreateAsync() => new(await PostgresServer.CreateDatabaseAsync());

    public async Task<IReadOnlyList<string>> ReadAsync(string sql)
    {
        var rows = new List<string>();
        await using var command = Database.DataSource.CreateCommand($"SELECT row_to_json(q)::text FROM ({sql}) q");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add(Joined(reader.GetString(0)));
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        // Whatever the test was about, what it has landed adds up.
        foreach (var contract in Known) (await Sink.FindUnbalancedAsync(contract, DateTimeOffset.UnixEpoch, default)).ShouldBeEmpty();
        Sink.Dispose();
        await Database.DisposeAsync();
    }

    private static string Joined(string json)
    {
        using var row = JsonDocument.Parse(json);
        return string.Join('|', row.RootElement.EnumerateObject().Select(p => p.Value.ValueKind == JsonValueKind.Null ? "∅" : p.Value.ToString()));
    }
}
