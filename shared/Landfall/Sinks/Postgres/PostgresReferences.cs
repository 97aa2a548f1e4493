using Landfall.Rows;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>Finds the rows that a violated foreign key is about, whoever made it: its own columns are read from the catalog.</summary>
internal static class PostgresReferences
{
    /// <summary>Rows listed at most.</summary>
    private const int Most = 1000;

    /// <summary>
    /// The values that rows of the violated key's table refer to and that are gone, as rejects: the column that refers, the value, and which table needs it.
    /// </summary>
    /// <param name="connection">In whose transaction they are gone.</param>
    /// <param name="violation">What Postgres said.</param>
    /// <param name="gone">What is the matter with the row that they refer to.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    public static async Task<IReadOnlyList<Reject>> DanglingAsync(
        NpgsqlConnection connection, PostgresException violation, CancellationToken cancellationToken, string gone = "that the file would remove")
    {
        await using var catalog = new NpgsqlCommand("""
            SELECT string_agg(format('c.%I', child.attname), ', ' ORDER BY n), string_agg(format('p.%I', parent.attname), ', ' ORDER BY n),
                   f.conrelid::regclass::text, f.confrelid::regclass::text, string_agg(child.attname, ', ' ORDER BY n)
            FROM pg_constraint f
            CROSS JOIN unnest(f.conkey, f.confkey) WITH ORDINALITY AS k(child_number, parent_number, n)
            JOIN pg_attribute child ON child.attrelid = f.conrelid AND child.attnum = k.child_number
            JOIN pg_attribute parent ON parent.attrelid = f.confrelid AND parent.attnum = k.parent_number
            WHERE f.contype = 'f' AND f.conname = $1 AND f.conrelid = format('%I.%I', $2, $3)::regclass
            GROUP BY f.oid
            """, connection)
        {
            Parameters = { Text(violation.ConstraintName), Text(violation.SchemaName), Text(violation.TableName) },
        };
        string child, parent, children, parents, words;
        await using (var found = await catalog.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!await found.ReadAsync(cancellationToken).ConfigureAwait(false)) return [];
            (child, parent, children, parents, words) = (found.GetString(0), found.GetString(1), found.GetString(2), found.GetString(3), found.GetString(4));
        }
        // The names come from the catalog, quoted by Postgres itself.
        await using var rows = new NpgsqlCommand($"""
            SELECT concat_ws(', ', {child}), count(*) FROM {children} c
            WHERE num_nulls({child}) = 0 AND NOT EXISTS (SELECT 1 FROM {parents} p WHERE ({parent}) = ({child}))
            GROUP BY {child} ORDER BY {child} LIMIT {Most}
            """, connection);
        var rejects = new List<Reject>();
        await using var reader = await rows.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rejects.Add(new(0, words, "relationships", reader.GetString(0), $"{reader.GetInt64(1)} rows of {children} refer to a row of {parents} {gone}"));
        return rejects;
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = value ?? "" };
}
