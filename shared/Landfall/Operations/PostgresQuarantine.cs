using System.Text;
using Landfall.Contracts;
using Npgsql;

namespace Landfall.Operations;

/// <summary>Takes the rows of a key out of <c>landfall.rejects</c>, and the answers that quote it out of <c>landfall.requests</c>.</summary>
internal static class PostgresQuarantine
{
    /// <returns>Rejected rows that went.</returns>
    public static async Task<long> EraseAsync(NpgsqlDataSource database, Contract contract, IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<NpgsqlTypes.NpgsqlTid>();
        // The server finds all that may be meant; whether one is, is decided as for the bucket.
        await using (var find = new NpgsqlCommand("""SELECT ctid, row, value FROM landfall.rejects WHERE contract = $1 AND (strpos(lower(row), lower($2)) > 0 OR strpos(lower(value), lower($2)) > 0) FOR UPDATE""", connection, transaction))
        {
            find.Parameters.Add(new() { Value = contract.Id.Name });
            find.Parameters.Add(new() { Value = key[0] });
            await using var reader = await find.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var (row, value) = (reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2));
                if (key.All(part => KeyText.IsIn(row, part) || KeyText.IsIn(value, part))) rows.Add(reader.GetFieldValue<NpgsqlTypes.NpgsqlTid>(0));
            }
        }
        foreach (var row in rows)
        {
            await using var delete = new NpgsqlCommand("DELETE FROM landfall.rejects WHERE ctid = $1", connection, transaction) { Parameters = { new() { Value = row, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Tid } } };
            await delete.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        await using (var answers = new NpgsqlCommand("DELETE FROM landfall.requests WHERE position($1 IN body) > 0", connection, transaction) { Parameters = { new() { Value = Encoding.UTF8.GetBytes(key[0]) } } })
            await answers.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return rows.Count;
    }
}
