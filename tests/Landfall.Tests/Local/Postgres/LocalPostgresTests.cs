using System.Diagnostics;
using Landfall.Local;
using Landfall.Local.Postgres;
using Landfall.Sinks.Postgres;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.Postgres;

public sealed class LocalPostgresTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Home => _folder.Path;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Starts_durable_keeps_data_over_a_restart_and_leaves_nothing_running()
    {
        await using (var first = await LocalPostgres.StartAsync(Home))
        {
            (await ScalarAsync(first, "SHOW fsync")).ShouldBe("on");
            await ScalarAsync(first, "CREATE TABLE kept AS SELECT 'still here' AS word");
        }

        File.Exists(PidFile(Home)).ShouldBeFalse("a server that stopped in order removes it");
        await using var second = await LocalPostgres.StartAsync(Home, durable: false);
        (await ScalarAsync(second, "SELECT word FROM kept")).ShouldBe("still here");
    }

    [Fact]
    public async Task The_URI_reaches_it_over_TCP_and_only_with_the_password()
    {
        await using var server = await LocalPostgres.StartAsync(Home, durable: false);
        var overTcp = PostgresUri.Parse(server.Uri);

        overTcp.Host.ShouldBe("127.0.0.1");
        (await ScalarAsync(overTcp, "SELECT current_database()::text")).ShouldBe("landfall");
        overTcp.Password = "guess";
        (await Should.ThrowAsync<PostgresException>(() => ScalarAsync(overTcp, "SELECT 1"))).SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Path.Combine(Home, "postgres.password")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task After_a_kill_of_the_server_itself_the_data_is_recovered()
    {
        await using (var first = await LocalPostgres.StartAsync(Home))
        {
            await ScalarAsync(first, "CREATE TABLE kept AS SELECT 'still here' AS word");
            using var postmaster = Process.GetProcessById(ProcessId(Home));
            postmaster.Kill();
            await postmaster.WaitForExitAsync();
            File.Exists(PidFile(Home)).ShouldBeTrue("a killed server leaves it");
        }

        await using var second = await LocalPostgres.StartAsync(Home);
        (await ScalarAsync(second, "SELECT word FROM kept")).ShouldBe("still here");
    }

    [Fact]
    public async Task An_orphan_on_the_same_data_is_stopped_in_order_before_the_start()
    {
        await (await LocalPostgres.StartAsync(Home, durable: false)).DisposeAsync();
        var binaries = (await PostgresBinaries.FindAsync(default))!;
        var user = await ServerUser.ChooseAsync(default);
        string[] command = user.Wrap(
            Path.Combine(binaries, "pg_ctl"), "start", "--wait", "--pgdata", Path.Combine(Home, "postgres", "data"),
            "--log", Path.Combine(Home, "postgres", "orphan.log"),
            "--options", $"-c listen_addresses='' -c unix_socket_directories={Path.Combine(Home, "postgres", "socket")}");
        using (var start = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = "/" })!)
        {
            await start.WaitForExitAsync();
            start.ExitCode.ShouldBe(0);
        }

        var orphan = ProcessId(Home);
        await using var server = await LocalPostgres.StartAsync(Home, durable: false);

        ProcessId(Home).ShouldNotBe(orphan);
        (await File.ReadAllTextAsync(Path.Combine(Home, "postgres", "orphan.log"))).ShouldContain("database system is shut down");
        (await ScalarAsync(server, "SELECT current_database()::text")).ShouldBe("landfall");
    }

    [Fact]
    public async Task A_home_with_a_long_path_has_its_socket_elsewhere()
    {
        var deep = Path.Combine(Home, new string('d', 60), new string('e', 60));
        await using var server = await LocalPostgres.StartAsync(deep, durable: false);

        (await ScalarAsync(server, "SELECT 1::text")).ShouldBe("1");
        new NpgsqlConnectionStringBuilder(server.ConnectionString).Host!.ShouldStartWith("/tmp/landfall-");
    }

    [Fact]
    public async Task A_home_that_the_unprivileged_user_can_not_reach_keeps_its_cluster_elsewhere_and_says_where()
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
        {
            return;   // only root hands the server to another user
        }

        var closed = Path.Combine(Home, "closed");
        Directory.CreateDirectory(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using (var server = await LocalPostgres.StartAsync(closed, durable: false))
        {
            (await ScalarAsync(server, "SELECT 1::text")).ShouldBe("1");
        }

        var note = await File.ReadAllTextAsync(Path.Combine(closed, "postgres", "MOVED.txt"));
        var elsewhere = note.Split(' ').Single(word => word.StartsWith("/var/tmp/landfall-", StringComparison.Ordinal)).TrimEnd(':');
        File.Exists(Path.Combine(elsewhere, "data", "PG_VERSION")).ShouldBeTrue();
        Directory.Delete(elsewhere, recursive: true);
    }

    [Fact]
    public async Task A_given_server_is_used_as_it_is()
    {
        await using var server = await LocalPostgres.StartAsync(Home, given: "postgresql://me:p%40ss@db.example:6432/work?sslmode=verify-full");

        var builder = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        (builder.Host, builder.Port, builder.Username, builder.Password, builder.Database, builder.SslMode)
            .ShouldBe(("db.example", 6432, "me", "p@ss", "work", SslMode.VerifyFull));
        Directory.EnumerateFileSystemEntries(Home).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_address_that_is_none_is_refused_with_an_example() =>
        (await Should.ThrowAsync<CannotStartException>(() => LocalPostgres.StartAsync(Home, given: "localhost;what")))
            .Message.ShouldContain("postgresql://user:password@host:port/database");

    internal static string PidFile(string home) => Path.Combine(home, "postgres", "data", "postmaster.pid");

    internal static int ProcessId(string home) => int.Parse(File.ReadLines(PidFile(home)).First());

    private static Task<string?> ScalarAsync(LocalPostgres server, string sql) =>
        ScalarAsync(new NpgsqlConnectionStringBuilder(server.ConnectionString), sql);

    private static async Task<string?> ScalarAsync(NpgsqlConnectionStringBuilder builder, string sql)
    {
        builder.Pooling = false;
        await using var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string;
    }
}
