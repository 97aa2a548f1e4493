using Landfall.Rows;
using Landfall.Sinks;
using Landfall.Sinks.Postgres;
using Npgsql;

namespace Landfall.Landings;

/// <summary>
/// Rejected rows in <c>landfall.rejects</c>, for what reaches no bucket: in a transaction of their own, which commits when they are complete. What an earlier attempt at the
/// source has left goes first, so that each row stands there once.
/// </summary>
/// <param name="table">The table they were meant for, <c>schema.table</c>.</param>
internal sealed class TableQuarantine(NpgsqlDataSource database, Source source, string table, TimeProvider clock) : Quarantine
{
    /// <summary>Rows, and about so many characters, that one statement inserts.</summary>
    private const int Rows = 1000, Characters = 1 << 20;

    private readonly PostgresRejects _rows = new(source, table);
    private NpgsqlConnection? _connection;
    private NpgsqlTransaction? _transaction;
    private bool _forgotten;

    public override string? Uri => Count == 0 ? null : PostgresRejects.Place;

    public override async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        if (_transaction is not null) await _transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_transaction is not null) await _transaction.DisposeAsync().ConfigureAwait(false);
        if (_connection is not null) await _connection.DisposeAsync().ConfigureAwait(false);
        (_transaction, _connection) = (null, null);
    }

    private protected override Task WriteAsync(Reject reject, ReadOnlySpan<byte> raw, CancellationToken cancellationToken)
    {
        _rows.Add(reject, raw);
        return _rows.Count < Rows && _rows.Size < Characters ? Task.CompletedTask : FlushAsync(cancellationToken);
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_rows.Count == 0) return;
        _connection ??= await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        _transaction ??= await _connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var batch = new NpgsqlBatch(_connection, _transaction);
        if (!_forgotten) batch.BatchCommands.Add(_rows.ForgetCommand());
        batch.BatchCommands.Add(_rows.Command(clock.GetUtcNow()));
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        _forgotten = true;
        _rows.Clear();
    }
}
