using System.Text;
using System.Text.Json;
using Landfall.Contracts;
using Npgsql;

namespace Landfall.Operations;

/// <summary>Takes the rows of a key out of <c>landfall.rejects</c>, and what answers of <c>landfall.requests</c> quote of it.</summary>
internal static class PostgresQuarantine
{
    /// <returns>Rejected rows that went.</returns>
    public static async Task<long> EraseAsync(NpgsqlDataSource database, Contract contract, RejectedRow rejected, IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<NpgsqlTypes.NpgsqlTid>();
        // The server finds all that may be meant; whether one is, is decided as for the bucket.
        await using (var find = new NpgsqlCommand("""SELECT ctid, row, value, "column" FROM landfall.rejects WHERE contract = $1 AND (strpos(lower(row), lower($2)) > 0 OR strpos(lower(value), lower($2)) > 0) FOR UPDATE""", connection, transaction))
        {
            find.Parameters.Add(new() { Value = contract.Id.Name });
            find.Parameters.Add(new() { Value = key[0] });
            await using var reader = await find.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var (row, value) = (reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2));
                if (rejected.Is(reader.IsDBNull(3) ? null : reader.GetString(3), value, row)) rows.Add(reader.GetFieldValue<NpgsqlTypes.NpgsqlTid>(0));
            }
        }
        foreach (var row in rows)
        {
            await using var delete = new NpgsqlCommand("DELETE FROM landfall.rejects WHERE ctid = $1", connection, transaction) { Parameters = { new() { Value = row, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Tid } } };
            await delete.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        await BlankAnswersAsync(connection, contract, key, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return rows.Count;
    }

    /// <summary>An answer that quotes the key says nothing any more; that the request was carried out stays known.</summary>
    private static async Task BlankAnswersAsync(NpgsqlConnection connection, Contract contract, IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        var quoting = new List<NpgsqlTypes.NpgsqlTid>();
        await using (var find = new NpgsqlCommand("SELECT r.ctid, r.headers, r.body FROM landfall.requests r WHERE EXISTS (SELECT 1 FROM landfall.landings e WHERE e.contract = $1 AND e.identity = ANY (r.identities)) FOR UPDATE", connection))
        {
            find.Parameters.Add(new() { Value = contract.Id.Name });
            await using var reader = await find.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                // A key stands in JSON, or in a Location: escaped or not.
                var text = $"{Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(2))}\n{Uri.UnescapeDataString(string.Join('\n', reader.GetFieldValue<string[]>(1)))}";
                if (key.All(part => KeyText.IsIn(text, part) || KeyText.IsIn(text, JsonEncodedText.Encode(part).ToString()))) quoting.Add(reader.GetFieldValue<NpgsqlTypes.NpgsqlTid>(0));
            }
        }
        foreach (var answer in quoting)
        {
            await using var blank = new NpgsqlCommand("UPDATE landfall.requests SET headers = ARRAY['Content-Type: application/json'], body = '{}' WHERE ctid = $1", connection) { Parameters = { new() { Value = answer, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Tid } } };
            await blank.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
