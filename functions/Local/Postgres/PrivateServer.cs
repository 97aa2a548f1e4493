using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Landfall.Local.Postgres;

/// <summary>A server of our own, from the machine's programs, on the data of a home.</summary>
internal sealed class PrivateServer : IAsyncDisposable
{
    private readonly Leash _process;
    private readonly string _log;

    private PrivateServer(Leash process, string socket, int port, string log)
    {
        _process = process;
        _log = log;
        Socket = socket;
        Port = port;
    }

    /// <summary>The folder of the Unix socket.</summary>
    public string Socket { get; }

    /// <summary>On 127.0.0.1.</summary>
    public int Port { get; }

    public static async Task<PrivateServer> StartAsync(
        string binaries, string home, string password, bool durable, CancellationToken cancellationToken)
    {
        var user = await ServerUser.ChooseAsync(cancellationToken);
        var folder = await FolderAsync(user, home, cancellationToken);
        var data = Path.Combine(folder, "data");
        if (!File.Exists(Path.Combine(data, "global", "pg_control"))) await InitializeAsync(binaries, user, folder, password, cancellationToken);

        await StopOrphanAsync(binaries, user, data, password, cancellationToken);
        var socket = await SocketFolderAsync(user, folder, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var server = Launch(binaries, user, folder, socket, port, durable);
            if (await server.ReadyAsync(password, cancellationToken))
            {
                await CreateDatabaseAsync(LocalPostgres.Connection(socket, port, password, "postgres"), cancellationToken);
                return server;
            }

            var said = await server.LogAsync();
            await server.DisposeAsync();
            // The port (somebody took it between our looking and its binding) or the shared memory of a killed server whose children are about to
            // notice.
            if (attempt == 20 || !said.Contains("in use", StringComparison.Ordinal))
            {
                throw new CannotStartException($"The private Postgres in {folder} does not start. It said: {said.Trim()}");
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        if (Path.GetDirectoryName(Socket) != Path.GetDirectoryName(_log)) Directory.Delete(Socket, recursive: true);
    }

    private static async Task<string> FolderAsync(ServerUser user, string home, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(home, "postgres");
        var note = Path.Combine(folder, "MOVED.txt");
        if (!File.Exists(note) && await user.TryOwnAsync(folder, cancellationToken)) return folder;

        var instead = Path.Combine("/var/tmp", "landfall-" + Hash(home));
        if (!await user.TryOwnAsync(instead, cancellationToken))
        {
            throw new CannotStartException(
                $"The user {user.Name} can enter neither {folder} nor {instead}. Choose a --home that this user can reach.");
        }

        await File.WriteAllTextAsync(
            note, $"The database of this home is in {instead}: the user {user.Name}, who runs it, can not reach this folder.\n", cancellationToken);
        return instead;
    }

    /// <summary>A socket's path ends at about 100 bytes, whatever the file system allows.</summary>
    private static async Task<string> SocketFolderAsync(ServerUser user, string folder, CancellationToken cancellationToken)
    {
        var socket = Path.Combine(folder, "socket");
        if (Encoding.UTF8.GetByteCount(socket) + "/.s.PGSQL.65535.lock".Length > 100) socket = Path.Combine("/tmp", "landfall-" + Hash(folder));

        return await user.TryOwnAsync(socket, cancellationToken)
            ? socket
            : throw new CannotStartException($"The user {user.Name} can not reach {socket}. Choose another --home.");
    }

    private static async Task InitializeAsync(string binaries, ServerUser user, string folder, string password, CancellationToken cancellationToken)
    {
        // Half a cluster (we were killed during initdb) is no cluster.
        var data = Path.Combine(folder, "data");
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);

        var secret = Path.Combine(folder, "initdb.password");
        File.Delete(secret);
        Private.Write(secret, password);
        if (user.Name is not null) await Command.RunAsync(["chown", user.Name, secret], cancellationToken: cancellationToken);

        string output = "";
        foreach (var locale in (string[])["C.UTF-8", "C"])
        {
            (var code, output) = await Command.RunAsync(
                user.Wrap(
                    Path.Combine(binaries, "initdb"), "--pgdata", data, "--username", LocalPostgres.Name, "--pwfile", secret,
                    "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", locale, "--data-checksums", "--no-sync", "--no-instructions"),
                folder,
                cancellationToken);
            if (code == 0)
            {
                File.Delete(secret);
                return;
            }
        }

        throw new CannotStartException($"initdb can not make a database in {data}. It said: {output.Trim()}");
    }

    /// <summary>
    /// A server on our data that is not our child: we were killed, and it is about to stop or its watcher was killed too. Only one that proves, over
    /// its
    /// socket and with our password, to serve this very folder is stopped: the process id in the file may by now be anybody's.
    /// </summary>
    private static async Task StopOrphanAsync(string binaries, ServerUser user, string data, string password, CancellationToken cancellationToken)
    {
        var file = Path.Combine(data, "postmaster.pid");
        while (true)
        {
            string[] lines;
            try
            {
                lines = await File.ReadAllLinesAsync(file, cancellationToken);
            }
            catch (FileNotFoundException)
            {
                return;
            }

            if (lines.Length < 5 || !int.TryParse(lines[3], out var port)) return;

            var builder = LocalPostgres.Connection(lines[4], port, password, "postgres");
            builder.Pooling = false;
            try
            {
                await using var connection = new NpgsqlConnection(builder.ConnectionString);
                await connection.OpenAsync(cancellationToken);
                await using var command = new NpgsqlCommand("SHOW data_directory", connection);
                if (await command.ExecuteScalarAsync(cancellationToken) is string folder && folder == data)
                {
                    var stop = user.Wrap(Path.Combine(binaries, "pg_ctl"), "stop", "--pgdata", data, "--mode", "fast", "--wait");
                    await Command.RunAsync(stop, cancellationToken: cancellationToken);
                }

                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CannotConnectNow || e.SqlState == PostgresErrorCodes.AdminShutdown)
            {
                await Task.Delay(10, cancellationToken);   // starting up or shutting down: soon it is ready, or gone
            }
            catch (NpgsqlException)
            {
                return;   // nobody serves it; Postgres itself removes the file of a dead server
            }
        }
    }

    private static PrivateServer Launch(string binaries, ServerUser user, string folder, string socket, int port, bool durable)
    {
        var log = Path.Combine(folder, "server.log");
        string[] settings =
        [
            "listen_addresses=127.0.0.1", $"port={port}", $"unix_socket_directories={socket}", "unix_socket_permissions=0700",
            "max_connections=200", "shared_buffers=256MB", "work_mem=16MB", "maintenance_work_mem=128MB", "random_page_cost=1.1", "jit=off",
            "max_wal_size=2GB", "checkpoint_timeout=15min", "wal_level=minimal", "max_wal_senders=0", "timezone=UTC", "log_timezone=UTC",
            .. durable ? [] : (string[])["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
        ];
        string[] command =
            [Path.Combine(binaries, "postgres"), "-D", Path.Combine(folder, "data"), .. settings.SelectMany(setting => (string[])["-c", setting])];
        var signal = durable ? "INT" : "QUIT";   // a fast shutdown; an immediate one, which leaves the recovery to the next start
        var process = Leash.Start(command, signal, folder, log, user.Wrap, new Dictionary<string, string> { ["LC_ALL"] = "C" });
        return new PrivateServer(process, socket, port, log);
    }

    /// <returns>False when the server ended instead.</returns>
    private async Task<bool> ReadyAsync(string password, CancellationToken cancellationToken)
    {
        var builder = LocalPostgres.Connection(Socket, Port, password, "postgres");
        builder.Pooling = false;
        while (!_process.HasExited)
        {
            try
            {
                await using var connection = new NpgsqlConnection(builder.ConnectionString);
                await connection.OpenAsync(cancellationToken);
                return true;
            }
            catch (NpgsqlException e) when (e is not PostgresException { SqlState: not PostgresErrorCodes.CannotConnectNow })
            {
                await Task.Delay(10, cancellationToken);
            }
        }

        return false;
    }

    private async Task<string> LogAsync() => File.Exists(_log) ? await File.ReadAllTextAsync(_log) : "nothing";

    private static async Task CreateDatabaseAsync(NpgsqlConnectionStringBuilder server, CancellationToken cancellationToken)
    {
        server.Pooling = false;
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var exists = new NpgsqlCommand($"SELECT 1 FROM pg_database WHERE datname = '{LocalPostgres.Name}'", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is null)
        {
            await using var create = new NpgsqlCommand($"CREATE DATABASE {LocalPostgres.Name}", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..12];
}
