using System.Diagnostics;
using Landfall.Local.Postgres;
using Npgsql;

namespace Landfall.Tests;

/// <summary>
/// The one Postgres of this test process: started when the first test asks, in a folder of its own, and gone with the process.
/// A test class takes a <see cref="Database"/> as its class fixture, or makes one with <see cref="CreateDatabaseAsync"/>.
/// </summary>
public static class PostgresServer
{
    private static readonly Lazy<Task<LocalPostgres>> Server = new(StartAsync);

    /// <summary>A fresh database with nothing in it; disposing of it drops it.</summary>
    public static async Task<Database> CreateDatabaseAsync()
    {
        var database = new Database();
        await database.InitializeAsync();
        return database;
    }

    /// <summary>The connection string of the server's own database, in which databases are made.</summary>
    internal static async Task<string> ConnectionStringAsync() => (await Server.Value).ConnectionString;

    private static async Task<LocalPostgres> StartAsync()
    {
        var home = new TempFolder();
        var server = await LocalPostgres.StartAsync(home.Path, Environment.GetEnvironmentVariable("LANDFALL_POSTGRES"), durable: false);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            NpgsqlConnection.ClearAllPools();
            server.DisposeAsync().AsTask().Wait();

            // The runner kills a test process that takes long to end; removing thousands of files may take longer.
            Process.Start("rm", ["-rf", home.Path]).Dispose();
        };
        return server;
    }
}
