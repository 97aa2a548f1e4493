using Npgsql;

namespace Landfall.Local.Storage;

/// <summary>
/// The local Cloud Storage's memory: metadata in Postgres (schema <c>local_storage</c>), content in files under <c>home</c>. A file is complete,
/// on the disk and in its place before its row is written, and the row is what makes it an object: a kill in between leaves no half object.
/// </summary>
public sealed class ObjectStore(NpgsqlDataSource database, string home, TimeProvider clock)
{
    private const string Columns =
        "bucket, name, generation, time_created, size, md5_hash, crc32c, content_type, content_encoding, metadata, time_deleted";
    private readonly ObjectFiles _files = new(home);

    /// <summary>Awaited inside the transaction that makes a version live: what it writes commits with the object or not at all.</summary>
    public Func<NpgsqlConnection, NpgsqlTransaction?, ObjectResource, Task>? Finalized { get; set; }

    /// <summary>Awaited after a version has become live.</summary>
    public Func<ObjectResource, Task>? Stored { get; set; }

    /// <summary>Awaited after a live version was deleted (not when it was overwritten).</summary>
    public Func<ObjectResource, Task>? Removed { get; set; }

    /// <summary>Makes the schema where it is missing, and forgets unfinished uploads. Called once, before anything else.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken = default)
    {
        _files.Clean();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(ObjectStoreSchema.Sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>The new version; null when a precondition does not hold.</returns>
    /// <exception cref="StorageException">No such bucket, a name that is none, or content with another hash than the options say.</exception>
    public async Task<ObjectResource?> PutAsync(
        string bucket, string name, Stream content, PutOptions options, CancellationToken cancellationToken = default)
    {
        await using var staged = Stage();
        await staged.AppendAsync(content, cancellationToken);
        return await CommitAsync(bucket, name, staged, options, cancellationToken);
    }

    internal StagedFile Stage() => _files.Stage();

    /// <summary>A version's content; null when it was deleted meanwhile.</summary>
    internal Stream? Open(ObjectResource version) => _files.Open(version);

    /// <summary>Whether a precondition does not hold already now. Most writers that are too late were so from the beginning, and need not wait for a disk; of the others it shows when they commit.</summary>
    internal async Task<bool> IsTooLateAsync(string bucket, string name, Preconditions? preconditions, CancellationToken cancellationToken) =>
        preconditions is { IsNone: false } && !preconditions.Hold(await GetAsync(bucket, name, null, cancellationToken)) && await BucketAsync(bucket, cancellationToken) is not null;

    internal async Task<ObjectResource?> CommitAsync(
        string bucket, string name, StagedFile staged, PutOptions options, CancellationToken cancellationToken)
    {
        StorageNames.RequireObject(name);
        if (await IsTooLateAsync(bucket, name, options.Preconditions, cancellationToken)) return null;
        await staged.SealAsync(cancellationToken);
        if ((options.Md5Hash ?? staged.Md5Hash) != staged.Md5Hash || (options.Crc32c ?? staged.Crc32c) != staged.Crc32c)
            throw StorageException.Invalid($"The content's MD5 is '{staged.Md5Hash}' and its CRC32C '{staged.Crc32c}', not what the upload said.");

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // This row lock puts the writers of a bucket in one line: times grow strictly, and a precondition holds until the commit.
        await using var tick = Command(connection,
            "UPDATE local_storage.buckets SET last_created = greatest($2, last_created + interval '1 millisecond') WHERE name = $1 RETURNING last_created",
            bucket, Now());
        if (await tick.ExecuteScalarAsync(cancellationToken) is not DateTime created) throw StorageException.NoBucket(bucket);
        if (options.Preconditions?.Hold(await FindAsync(connection, bucket, name, null, cancellationToken)) == false) return null;

        await using var retire = Command(connection,
            "UPDATE local_storage.objects SET time_deleted = $3 WHERE bucket = $1 AND name = $2 AND time_deleted IS NULL", bucket, name, created);
        await retire.ExecuteNonQueryAsync(cancellationToken);
        await using var next = Command(connection, "SELECT nextval('local_storage.generations')");
        var generation = (long)(await next.ExecuteScalarAsync(cancellationToken))!;
        var version = new ObjectResource(bucket, name, generation, new DateTimeOffset(created), staged.Length,
            staged.Md5Hash, staged.Crc32c, options.ContentType, options.ContentEncoding, options.Metadata, null);
        staged.MoveTo(_files.PathOf(bucket, name, generation));
        await using var insert = Command(connection,
            $"INSERT INTO local_storage.objects ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL)",
            bucket, name, generation, created, version.Size, version.Md5Hash, version.Crc32c,
            version.ContentType, version.ContentEncoding, version.Metadata);
        await insert.ExecuteNonQueryAsync(cancellationToken);
        if (Finalized is { } finalized) await finalized(connection, transaction, version);
        staged.Keep();
        await transaction.CommitAsync(CancellationToken.None);
        if (Stored is { } stored) await stored(version);
        return version;
    }

    /// <returns>The version of that generation, live or not; without a generation the live one; null when there is none.</returns>
    public async Task<ObjectResource?> GetAsync(string bucket, string name, long? generation = null, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, bucket, name, generation, cancellationToken);
    }

    /// <summary>As <see cref="GetAsync"/>, with the content: seekable, and the caller's to dispose.</summary>
    public async Task<(ObjectResource Version, Stream Content)?> OpenAsync(
        string bucket, string name, long? generation = null, CancellationToken cancellationToken = default) =>
        await GetAsync(bucket, name, generation, cancellationToken) is { } version && _files.Open(version) is { } content ? (version, content) : null;

    /// <summary>Deletes. Without a generation the live version becomes an old one; a version named by its generation is gone for good.</summary>
    /// <returns>False when there was none.</returns>
    /// <exception cref="StorageException">A precondition does not hold.</exception>
    public async Task<bool> DeleteAsync(
        string bucket, string name, long? generation = null, Preconditions? preconditions = null, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var line = Command(connection, "SELECT 1 FROM local_storage.buckets WHERE name = $1 FOR UPDATE", bucket);
        await line.ExecuteNonQueryAsync(cancellationToken);
        if (await FindAsync(connection, bucket, name, generation, cancellationToken) is not { } version) return false;
        if (preconditions?.Hold(version) == false) throw StorageException.ConditionNotMet();
        await using var delete = generation is null
            ? Command(connection, "UPDATE local_storage.objects SET time_deleted = $4 WHERE bucket = $1 AND name = $2 AND generation = $3",
                bucket, name, version.Generation, Now())
            : Command(connection, "DELETE FROM local_storage.objects WHERE bucket = $1 AND name = $2 AND generation = $3",
                bucket, name, version.Generation);
        await delete.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        if (generation is not null) _files.Delete(version);
        if (version.TimeDeleted is null && Removed is { } removed) await removed(version);
        return true;
    }

    /// <exception cref="StorageException">No such bucket, or a page token that none of its pages gave.</exception>
    public async Task<ObjectPage> ListAsync(string bucket, ListOptions options, CancellationToken cancellationToken = default)
    {
        var after = options.PageToken is { } token ? PageToken.Parse(token) : PageToken.Start;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await BucketAsync(connection, bucket, cancellationToken) is null) throw StorageException.NoBucket(bucket);
        await using var command = Command(connection, $"""
            SELECT {Columns} FROM local_storage.objects
            WHERE bucket = $1 AND starts_with(name, $2) AND (name, generation) > ($3, $4) AND name >= $8
              AND ($5 = '' OR NOT starts_with(name, $5)) AND ($6 OR time_deleted IS NULL)
            ORDER BY name, generation LIMIT $7
            """, bucket, options.Prefix, after.Name, after.Generation, after.Folded, options.Versions,
            options.Delimiter is null ? options.MaxResults + 1L : long.MaxValue, options.StartOffset);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<ObjectResource>();
        var prefixes = new List<string>();
        var last = PageToken.Start;
        while (await reader.ReadAsync(cancellationToken))
        {
            var name = reader.GetString(1);
            if (last.Folded.Length > 0 && name.StartsWith(last.Folded, StringComparison.Ordinal)) continue;
            if (items.Count + prefixes.Count == options.MaxResults) return new(items, prefixes, last.ToString());
            var cut = string.IsNullOrEmpty(options.Delimiter) ? -1 : name.IndexOf(options.Delimiter, options.Prefix.Length, StringComparison.Ordinal);
            if (cut >= 0)
            {
                prefixes.Add(name[..(cut + options.Delimiter!.Length)]);
                last = new(prefixes[^1], long.MaxValue, prefixes[^1]);
            }
            else
            {
                items.Add(Read(reader));
                last = new(name, options.Versions ? items[^1].Generation : long.MaxValue, "");
            }
        }
        return new(items, prefixes, null);
    }

    public async Task<IReadOnlyList<BucketResource>> BucketsAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = Command(connection, "SELECT name, time_created FROM local_storage.buckets ORDER BY name");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var buckets = new List<BucketResource>();
        while (await reader.ReadAsync(cancellationToken)) buckets.Add(new(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1)));
        return buckets;
    }

    public async Task<BucketResource?> BucketAsync(string bucket, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await BucketAsync(connection, bucket, cancellationToken);
    }

    /// <returns>False when the bucket was there already.</returns>
    /// <exception cref="StorageException">The name is no bucket's name.</exception>
    public async Task<bool> CreateBucketAsync(string bucket, CancellationToken cancellationToken = default)
    {
        StorageNames.RequireBucket(bucket);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = Command(connection, "INSERT INTO local_storage.buckets VALUES ($1, $2, 'epoch') ON CONFLICT DO NOTHING",
            bucket, Now());
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private static async Task<BucketResource?> BucketAsync(NpgsqlConnection connection, string bucket, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "SELECT time_created FROM local_storage.buckets WHERE name = $1", bucket);
        return await command.ExecuteScalarAsync(cancellationToken) is DateTime created ? new(bucket, new DateTimeOffset(created)) : null;
    }

    private static async Task<ObjectResource?> FindAsync(
        NpgsqlConnection connection, string bucket, string name, long? generation, CancellationToken cancellationToken)
    {
        const string find = $"SELECT {Columns} FROM local_storage.objects WHERE bucket = $1 AND name = $2 AND ";
        await using var command = generation is { } wanted
            ? Command(connection, find + "generation = $3", bucket, name, wanted)
            : Command(connection, find + "time_deleted IS NULL", bucket, name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    private static ObjectResource Read(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetInt64(4),
        reader.GetString(5), reader.GetString(6), reader.GetString(7), reader.IsDBNull(8) ? null : reader.GetString(8), reader.IsDBNull(9) ? null : reader.GetString(9),
        reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10));

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        return command;
    }

    /// <summary>To the millisecond, as Cloud Storage says it.</summary>
    private DateTime Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds()).UtcDateTime;
}
