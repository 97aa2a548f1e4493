using Npgsql;

namespace Landfall.Local.Inbox;

/// <summary>
/// Which files are objects already: those that were ingested, and those that the view wrote. A file with a stamp that is not here is new.
/// There are two rows of one path only while the view replaces its file.
/// </summary>
public sealed class KnownFiles(NpgsqlDataSource database)
{
    public async Task MigrateAsync(CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("""
            CREATE SCHEMA IF NOT EXISTS local_inbox;
            CREATE TABLE IF NOT EXISTS local_inbox.files (
                bucket text NOT NULL,
                name text NOT NULL,
                size bigint NOT NULL,
                modified bigint NOT NULL,
                generation bigint NOT NULL,
                PRIMARY KEY (bucket, name, size, modified));
            """);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>The generation each known stamp of a file belongs to.</returns>
    public async Task<Dictionary<FileStamp, long>> FindAsync(string bucket, string name, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("SELECT size, modified, generation FROM local_inbox.files WHERE bucket = $1 AND name = $2");
        Add(command, bucket, name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var known = new Dictionary<FileStamp, long>();
        while (await reader.ReadAsync(cancellationToken)) known[new(reader.GetInt64(0), reader.GetInt64(1))] = reader.GetInt64(2);

        return known;
    }

    /// <returns>All that is known.</returns>
    public async Task<List<(string Bucket, string Name, FileStamp Stamp, long Generation)>> AllAsync(CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("SELECT bucket, name, size, modified, generation FROM local_inbox.files");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var all = new List<(string, string, FileStamp, long)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            all.Add((reader.GetString(0), reader.GetString(1), new(reader.GetInt64(2), reader.GetInt64(3)), reader.GetInt64(4)));
        }

        return all;
    }

    /// <summary>Remembers a file; what was known of its path before stays until <see cref="ForgetAsync"/>.</summary>
    public static async Task LearnAsync(NpgsqlConnection connection, string bucket, string name, FileStamp stamp, long generation)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO local_inbox.files VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (bucket, name, size, modified) DO UPDATE SET generation = excluded.generation
            """,
            connection);
        Add(command, bucket, name, stamp.Size, stamp.Modified, generation);
        await command.ExecuteNonQueryAsync();
    }

    public async Task LearnAsync(string bucket, string name, FileStamp stamp, long generation)
    {
        await using var connection = await database.OpenConnectionAsync();
        await LearnAsync(connection, bucket, name, stamp, generation);
    }

    /// <summary>Forgets all of a path but what has the stamp <paramref name="except"/>.</summary>
    public async Task ForgetAsync(string bucket, string name, FileStamp except)
    {
        await using var command = database.CreateCommand(
            "DELETE FROM local_inbox.files WHERE bucket = $1 AND name = $2 AND (size, modified) <> ($3, $4)");
        Add(command, bucket, name, except.Size, except.Modified);
        await command.ExecuteNonQueryAsync();
    }

    private static void Add(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
    }
}
