using Landfall.Local;
using Landfall.Local.Postgres;
using Npgsql;

namespace Landfall.Benchmarks;

/// <summary>A Postgres of the benchmarks' own, durable, with room: everything else is as Postgres comes. Reached by its socket, by everybody.</summary>
internal sealed class BenchmarkServer : IAsyncDisposable
{
    private const string User = "landfall";

    private readonly Leash _process;
    private readonly string _socket;

    private BenchmarkServer(Leash process, string socket, NpgsqlDataSource database, string version) => (_process, _socket, Database, Version) = (process, socket, database, version);

    public static string[] Settings { get; } = ["shared_buffers=1GB", "max_wal_size=8GB"];

    public NpgsqlDataSource Database { get; }

    public string Version { get; }

    /// <summary>For Npgsql.</summary>
    public string ConnectionString => Connection(_socket).ConnectionString;

    public static async Task<BenchmarkServer> StartAsync(string folder)
    {
        var binaries = await PostgresBinaries.FindAsync(CancellationToken.None) ?? throw new CannotStartException("No Postgres found: apt-get install postgresql");
        var user = await ServerUser.ChooseAsync(CancellationToken.None);
        if (!await user.TryOwnAsync(folder, CancellationToken.None)) throw new CannotStartException($"The user {user.Name} can not reach {folder}.");
        var data = Path.Combine(folder, "data");
        // Nobody but its owner (and root) can reach the socket, so nobody is asked for a password.
        var (code, output) = await Command.RunAsync(
            user.Wrap(Path.Combine(binaries, "initdb"), "--pgdata", data, "--username", User, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"), folder);
        if (code != 0) throw new CannotStartException($"initdb can not make a database in {data}. It said: {output.Trim()}");

        string[] settings = [.. Settings, "listen_addresses=", $"unix_socket_directories={folder}", "unix_socket_permissions=0700"];
        var process = Leash.Start(
            [Path.Combine(binaries, "postgres"), "-D", data, .. settings.SelectMany(setting => (string[])["-c", setting])], "INT", folder, Path.Combine(folder, "server.log"), user.Wrap);
        var database = NpgsqlDataSource.Create(Connection(folder));
        return new(process, folder, database, await VersionAsync(process, database));
    }

    /// <summary>psql on this server, with the commands given; a fault ends it.</summary>
    public string[] Psql(params IEnumerable<string> commands) =>
        [Command.Find("psql") ?? throw new CannotStartException("No psql found: apt-get install postgresql-client"),
            "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", _socket, "-U", User, "-d", "postgres", .. commands.SelectMany(command => (string[])["-c", command])];

    /// <summary>pgbench on this server: one script, prepared once a connection.</summary>
    public string[] Pgbench(string script, int connections, int seconds) =>
        [Command.Find("pgbench") ?? throw new CannotStartException("No pgbench found: apt-get install postgresql"),
            "-n", "-M", "prepared", "-c", $"{connections}", "-j", "2", "-T", $"{seconds}", "-f", script, "-h", _socket, "-U", User, "postgres"];

    /// <summary>One of Postgres' other clients on this server.</summary>
    public string[] Client(string name, params IEnumerable<string> arguments) =>
        [Command.Find(name) ?? throw new CannotStartException($"No {name} found: apt-get install postgresql-client"), "-h", _socket, "-U", User, "-d", "postgres", .. arguments];

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    public async Task<long> CountAsync(string table)
    {
        await using var command = Database.CreateCommand($"SELECT count(*) FROM {table}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>What the ledger says of the last landing: for whoever wonders why a run did not do what it is measured for.</summary>
    public async Task<string?> LastLandingAsync()
    {
        await using var command = Database.CreateCommand("SELECT concat_ws(' ', identity, outcome, reason, hint, left(details::text, 500)) FROM landfall.landings ORDER BY finished_at DESC LIMIT 1");
        return (string?)await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _process.DisposeAsync();
    }

    private static NpgsqlConnectionStringBuilder Connection(string socket) => new()
    {
        Host = socket,
        Username = User,
        Database = "postgres",
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    };

    private static async Task<string> VersionAsync(Leash process, NpgsqlDataSource database)
    {
        while (true)
        {
            try
            {
                await using var command = database.CreateCommand("SHOW server_version");
                return (string)(await command.ExecuteScalarAsync())!;
            }
            catch (NpgsqlException) when (!process.HasExited)
            {
                await Task.Delay(50);   // it is starting
            }
        }
    }
}
