using System.Security.Cryptography;
using System.Text;
using Landfall.Hosting;
using Landfall.Sinks.Postgres;
using Npgsql;

namespace Landfall.Rest.Tables;

/// <summary>Connections as requests need them: few, with their statements prepared, and none for long.</summary>
internal sealed class TableStore : IAsyncDisposable
{
    /// <summary>
    /// Connections of one instance. More would only wait for the server's processors, and for each other: measured at 32 callers and two processors, 8 connections answer
    /// the slowest percent in a fifth of the time that 32 do.
    /// </summary>
    private const int Connections = 8;

    /// <summary>Connections for rows by key: those of one table take half of them.</summary>
    private const int KeyConnections = 4;

    /// <summary>Bytes: a statement's rows come in one piece.</summary>
    private const int KeyBuffer = 32 * 1024;

    /// <summary>A read that takes longer would keep others waiting for its connection.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Beyond the server's own limit.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Milliseconds that a request waits for a landing, or for who changes a table: then its caller is asked to come again.</summary>
    private const int LockPatience = 5000;

    /// <exception cref="FormatException">There is no address of a database, or it can not be read.</exception>
    public TableStore(Settings settings)
    {
        var connection = PostgresUri.Parse(settings.Postgres ?? throw new FormatException("LANDFALL_POSTGRES is not set; the API serves the tables of that database."));
        connection.MaxPoolSize = Connections;
        connection.ApplicationName ??= "landfall-api";
        // The server's details quote rows; they must not reach a log.
        connection.IncludeErrorDetail = false;
        connection.MaxAutoPrepare = 200;
        connection.AutoPrepareMinUsages = 2;
        // What a request does leaves nothing in its session (SET LOCAL, and no temporary tables): to reset it each time would cost more than most requests.
        connection.NoResetOnClose = true;
        // The server's own limit ends a statement; this one would only break the connection a little later.
        connection.CommandTimeout = 0;
        var patience = settings.Timeout < Patience ? settings.Timeout : Patience;
        connection.Options = $"{connection.Options} -c statement_timeout={(int)patience.TotalMilliseconds} -c lock_timeout={LockPatience}".TrimStart();
        Database = Open(connection);
        connection.MaxPoolSize = KeyConnections;
        connection.ReadBufferSize = KeyBuffer;
        // Nobody gives a statement of many callers up: a server that is gone must not keep them.
        connection.CommandTimeout = (int)(patience + Grace).TotalSeconds;
        // Such a statement is planned once, for any number of keys.
        connection.Options += " -c plan_cache_mode=force_generic_plan";
        Keys = Open(connection);
        // Every instance of a deployment has the same, and nobody else knows it.
        Seal = HMACSHA256.HashData(Encoding.UTF8.GetBytes(settings.Postgres), "cursor"u8);
    }

    public NpgsqlDataSource Database { get; }

    /// <summary>The same for statements that find rows by their keys, and so are done at once: they do not wait for those that take long.</summary>
    public NpgsqlDataSource Keys { get; }

    /// <summary>The key of what callers carry for us.</summary>
    public byte[] Seal { get; }

    public async ValueTask DisposeAsync()
    {
        await Keys.DisposeAsync();
        await Database.DisposeAsync();
    }

    private static NpgsqlDataSource Open(NpgsqlConnectionStringBuilder connection)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connection.ConnectionString);
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        return builder.Build();
    }
}
