using System.Security.Cryptography;
using Landfall.Sinks.Postgres;
using Npgsql;

namespace Landfall.Local.Postgres;

/// <summary>
/// The Postgres of a home: the one <c>LANDFALL_POSTGRES</c> names; else a private server from the machine's own programs; else one in Docker.
/// Database and owner are both called <c>landfall</c>.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    internal const string Name = "landfall";

    private readonly IAsyncDisposable? _server;

    private LocalPostgres(NpgsqlConnectionStringBuilder connection, string uri, IAsyncDisposable? server)
    {
        ConnectionString = connection.ConnectionString;
        Uri = uri;
        _server = server;
    }

    /// <summary>For Npgsql. Goes through the Unix socket where there is one: it is faster than the loopback.</summary>
    public string ConnectionString { get; }

    /// <summary>For libpq: <c>psql "$uri"</c>. Goes through TCP.</summary>
    public string Uri { get; }

    /// <param name="home">The folder of everything that is kept; made if it is not there.</param>
    /// <param name="given">The value of <c>LANDFALL_POSTGRES</c>, or null.</param>
    /// <param name="durable">False is for tests: nothing waits for the disk, and neither a power cut nor the end keeps what was written last.</param>
    /// <param name="cancellationToken">Ends the wait, not the server.</param>
    /// <exception cref="CannotStartException">There is no Postgres to be had; the message says what to install.</exception>
    public static async Task<LocalPostgres> StartAsync(
        string home, string? given = null, bool durable = true, CancellationToken cancellationToken = default)
    {
        if (!string.IsNullOrEmpty(given))
        {
            try
            {
                var builder = PostgresUri.Parse(given);
                return new LocalPostgres(builder, PostgresUri.Format(builder), server: null);
            }
            catch (FormatException e)
            {
                throw new CannotStartException(e.Message, e);
            }
        }

        home = Path.GetFullPath(home);
        Directory.CreateDirectory(home);
        var password = Password(home);
        if (await PostgresBinaries.FindAsync(cancellationToken) is { } binaries)
        {
            var server = await PrivateServer.StartAsync(binaries, home, password, durable, cancellationToken);
            var overTcp = Connection("127.0.0.1", server.Port, password);
            return new LocalPostgres(Connection(server.Socket, server.Port, password), PostgresUri.Format(overTcp), server);
        }

        if (await DockerServer.TryStartAsync(home, password, cancellationToken) is { } docker)
        {
            var overTcp = Connection("127.0.0.1", docker.Port, password);
            return new LocalPostgres(overTcp, PostgresUri.Format(overTcp), docker);
        }

        throw new CannotStartException(
            "No Postgres found: no initdb and postgres on this machine, and no Docker engine answers. "
            + "Install one (apt-get install postgresql; brew install postgresql@17; dnf install postgresql-server), "
            + "or set LANDFALL_POSTGRES to a server of your own.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    /// <summary>Nothing on the way to a private server needs encryption; asking for it costs a round trip a connection.</summary>
    internal static NpgsqlConnectionStringBuilder Connection(string host, int port, string password, string database = Name) =>
        new()
        {
            Host = host,
            Port = port,
            Username = Name,
            Password = password,
            Database = database,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        };

    private static string Password(string home)
    {
        var file = Path.Combine(home, "postgres.password");
        if (File.Exists(file)) return File.ReadAllText(file).Trim();

        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        Private.Write(file, password);
        return password;
    }
}
