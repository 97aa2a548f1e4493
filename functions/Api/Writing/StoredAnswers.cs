using Landfall.Hosting;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Landfall.Rest.Writing;

/// <summary>
/// What requests with an Idempotency-Key were answered, in <c>landfall.requests</c>. A request under way holds an advisory lock of its transaction, and nothing else: a process
/// that dies leaves nothing to expire.
/// </summary>
internal sealed class StoredAnswers(TimeProvider clock)
{
    /// <summary>How long answers are kept, at least.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>Makes the transaction the one that carries the request out; or finds what it was answered before.</summary>
    /// <returns>The answer, to be given again; null when the request is new, or a restore has taken back what it did.</returns>
    /// <exception cref="ProblemException">409: it is under way. 422: the key has been used for another request.</exception>
    public static async Task<WriteAnswer?> ClaimAsync(NpgsqlConnection connection, IdempotencyKey key, byte[] digest, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("SELECT pg_try_advisory_xact_lock($1)") { Parameters = { new() { Value = key.Lock } } },
                // A statement of its own: it sees what the lock's last holder has committed.
                new("""
                    SELECT digest, status, headers, body FROM landfall.requests r
                    WHERE caller = $1 AND key = $2 AND NOT EXISTS (SELECT 1 FROM landfall.landings e WHERE e.identity = ANY (r.identities) AND e.outcome = 'reverted')
                    """) { Parameters = { new() { Value = key.Caller }, new() { Value = key.Key } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (!reader.GetBoolean(0))
        {
            throw new ProblemException(StatusCodes.Status409Conflict, "A request with this Idempotency-Key is under way", "send it again in a moment: it will be answered as the first one is")
            {
                Headers = [("Retry-After", "1")],
            };
        }
        await reader.NextResultAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        if (!reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(digest))
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "This Idempotency-Key was used for another request", "a new request needs a new key; to repeat the old one, send it as it was");
        var headers = reader.GetFieldValue<string[]>(2).Select(line => line.Split(": ", 2)).Select(pair => (pair[0], pair[1]));
        return new(reader.GetInt16(1)) { Headers = [.. headers, ("Idempotent-Replayed", "true")], Body = reader.GetFieldValue<byte[]>(3) };
    }

    /// <summary>Keeps an answer, within the transaction of what was done; and lets go of some whose day is over.</summary>
    /// <param name="landings">The identities of what it landed: when a restore takes one of them back, the answer is none any more, and the request can be carried out again.</param>
    public async Task KeepAsync(NpgsqlConnection connection, IdempotencyKey key, byte[] digest, WriteAnswer answer, IEnumerable<string> landings, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("""
                    INSERT INTO landfall.requests (caller, key, digest, status, headers, body, identities, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                    ON CONFLICT (caller, key) DO UPDATE SET (digest, status, headers, body, identities, created_at)
                      = (EXCLUDED.digest, EXCLUDED.status, EXCLUDED.headers, EXCLUDED.body, EXCLUDED.identities, EXCLUDED.created_at)
                    """)
                {
                    Parameters =
                    {
                        new() { Value = key.Caller }, new() { Value = key.Key }, new() { Value = digest }, new() { Value = (short)answer.Status },
                        new NpgsqlParameter<string[]> { TypedValue = [.. answer.Headers.Select(h => $"{h.Name}: {h.Value}")] }, new() { Value = answer.Body.ToArray() }, new NpgsqlParameter<string[]> { TypedValue = [.. landings] }, new() { Value = now.UtcDateTime },
                    },
                },
                // More than one for each that comes, so that they do not pile up; those that another request is at are left to it.
                new("""
                    DELETE FROM landfall.requests WHERE (caller, key) IN (
                      SELECT caller, key FROM landfall.requests WHERE created_at < $1 ORDER BY created_at LIMIT 10 FOR UPDATE SKIP LOCKED)
                    """) { Parameters = { new() { Value = (now - Kept).UtcDateTime } } },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
