using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Landfall.Local.Postgres;

/// <summary>The official image, for a machine that has Docker and no Postgres. Its data is a Docker volume named after the home.</summary>
internal sealed class DockerServer(string container, int port) : IAsyncDisposable
{
    private const string Image = "postgres:17";

    /// <summary>On 127.0.0.1.</summary>
    public int Port { get; } = port;

    /// <returns>Null when no Docker engine answers.</returns>
    public static async Task<DockerServer?> TryStartAsync(string home, string password, CancellationToken cancellationToken)
    {
        if ((await Command.RunAsync(["docker", "info"], cancellationToken: cancellationToken)).Code != 0) return null;

        var container = "landfall-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(home)))[..12];
        await Command.RunAsync(["docker", "stop", container], cancellationToken: cancellationToken);   // left over from a killed run
        var (code, output) = await Command.RunAsync(
            [
                "docker", "run", "--detach", "--rm", "--name", container, "--publish", "127.0.0.1::5432",
                "--volume", $"{container}:/var/lib/postgresql/data",
                "--env", $"POSTGRES_USER={LocalPostgres.Name}", "--env", $"POSTGRES_PASSWORD={password}", Image,
            ],
            cancellationToken: cancellationToken);
        if (code != 0) throw new CannotStartException($"Docker can not run {Image}: {output.Trim()}");

        (_, output) = await Command.RunAsync(["docker", "port", container, "5432/tcp"], cancellationToken: cancellationToken);
        var server = new DockerServer(container, int.Parse(output.Trim().Split(':')[^1], CultureInfo.InvariantCulture));
        await server.ReadyAsync(password, cancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync() => await Command.RunAsync(["docker", "stop", container]);

    private async Task ReadyAsync(string password, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                var builder = LocalPostgres.Connection("127.0.0.1", Port, password);
                builder.Pooling = false;
                await using var connection = new NpgsqlConnection(builder.ConnectionString);
                await connection.OpenAsync(limit.Token);
                return;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(100, limit.Token);
            }
        }
    }
}
