using System.Reflection;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>
/// The <c>landfall</c> schema migrates itself: the numbered scripts in <c>Migrations/</c>, each once, forward only, under a lock. Code that knows
/// fewer scripts than the database has run refuses it.
/// </summary>
internal static class PostgresMigrations
{
    /// <summary>Any number that nothing else in the database locks; "landfall" in ASCII.</summary>
    public const long AdvisoryLock = 0x6C616E6466616C6C;

    /// <exception cref="RetryException">The database is newer than this program.</exception>
    public static async Task MigrateAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await MigrateAsync(connection, transaction, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same within a transaction, to which it leaves the lock.</summary>
    public static async Task MigrateAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var scripts = Scripts();
        await ExecuteAsync($"SELECT pg_advisory_xact_lock({AdvisoryLock})").ConfigureAwait(false);
        // Asked first: even with IF NOT EXISTS these statements take rights that Landfall need not have.
        await using var standing = new NpgsqlCommand("SELECT to_regclass('landfall.migrations') IS NOT NULL", connection, transaction);
        if (!(bool)(await standing.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
        {
            await ExecuteAsync("CREATE SCHEMA IF NOT EXISTS landfall").ConfigureAwait(false);
            await ExecuteAsync("CREATE TABLE landfall.migrations (number int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())").ConfigureAwait(false);
        }
        await using var newest = new NpgsqlCommand("SELECT coalesce(max(number), 0) FROM landfall.migrations", connection, transaction);
        var applied = (int)(await newest.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        if (applied > scripts.Count)
            throw new RetryException($"the database's landfall schema is at version {applied}; this program knows only {scripts.Count}", "deploy the newer program");
        for (var number = applied + 1; number <= scripts.Count; number++)
        {
            await ExecuteAsync(scripts[number - 1]).ConfigureAwait(false);
            await ExecuteAsync($"INSERT INTO landfall.migrations (number) VALUES ({number})").ConfigureAwait(false);
        }

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static List<string> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var names = assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        return [.. names.Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        })];
    }
}
