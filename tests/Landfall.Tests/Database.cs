using Npgsql;
using Xunit;

namespace Landfall.Tests;

/// <summary>
/// A database of one test class's own, as its class fixture: <c>class FooTests(Database database) : IClassFixture&lt;Database&gt;</c>.
/// </summary>
public sealed class Database : IAsyncLifetime, IAsyncDisposable
{
    private readonly string _name = "test_" + Guid.NewGuid().ToString("N");
    private NpgsqlDataSource? _source;

    public string ConnectionString { get; private set; } = "";

    public NpgsqlDataSource DataSource => _source ?? throw new InvalidOperationException("the database is not there yet");

    public async Task InitializeAsync()
    {
        await AdministerAsync($"CREATE DATABASE {_name}");
        ConnectionString = new NpgsqlConnectionStringBuilder(await PostgresServer.ConnectionStringAsync()) { Database = _name }.ConnectionString;
        _source = NpgsqlDataSource.Create(ConnectionString);
    }

    /// <summary>Runs one statement, whatever it is.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first cell of the first row; null when it is NULL or there is no row.</summary>
    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await AdministerAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
    }

    private static async Task AdministerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(await PostgresServer.ConnectionStringAsync());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
