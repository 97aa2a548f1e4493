using Landfall.Contracts;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>A landing that is carried out in a transaction which never commits: what it would do to the tables.</summary>
/// <param name="contract">Whose tables.</param>
/// <param name="contracts">Finds the contracts of parent tables.</param>
internal sealed class Rehearsal(Contract contract, Func<Identifier, Contract> contracts)
{
    /// <summary>A result for each table; empty while it has not come so far.</summary>
    public IReadOnlyList<TableResult> Tables { get; set; } = [];

    /// <summary>Makes the tables stand, within the transaction.</summary>
    public async Task PrepareAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await PostgresMigrations.MigrateAsync(connection, transaction, cancellationToken).ConfigureAwait(false);
        await PrepareAsync(connection, transaction, contract, cancellationToken).ConfigureAwait(false);
    }

    private async Task PrepareAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Contract one, CancellationToken cancellationToken)
    {
        foreach (var parent in one.Tables.SelectMany(t => t.Relationships).Select(r => r.ParentContract).Where(p => p != one.Id).Distinct())
            await PrepareAsync(connection, transaction, contracts(parent), cancellationToken).ConfigureAwait(false);
        await PostgresTables.PrepareAsync(connection, transaction, one, cancellationToken).ConfigureAwait(false);
    }
}
