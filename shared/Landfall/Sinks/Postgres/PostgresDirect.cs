using System.Runtime.CompilerServices;
using Landfall.Contracts;
using Landfall.Rows;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>Copies straight into the one table: the fastest way in. The rows are invisible until the commit.</summary>
internal sealed class PostgresDirect(NpgsqlConnection connection, NpgsqlTransaction transaction, Source source) : PostgresStaging(connection, transaction, source)
{
    public override async IAsyncEnumerable<(Feed Feed, Reject Reject)> CheckAsync(Decision decision, bool parentsMayCome, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }

    private protected override Task BeginCopyAsync(Feed feed, CancellationToken cancellationToken)
    {
        var table = Source.Contract.Tables[0];
        return CopyAsync(table.Quoted, $"{PostgresDdl.Names(table.Columns)}, {PostgresDdl.LandingId}", table.Columns.Count, lines: false, [Source.Version.LandingId], cancellationToken);
    }

    private protected override Task<int> RemoveAsync(Table table, object[] values, CancellationToken cancellationToken) =>
        // Its own rows are in place already: those of this very transaction, for a restore may have brought back others that it landed before.
        ExecuteAsync($"DELETE FROM {table.Quoted} t WHERE {StagedSql.Replaced(table, "t", Source)} AND NOT (t.{PostgresDdl.LandingId} = $2 AND t.xmin = pg_current_xact_id()::xid)", cancellationToken, values);

    private protected override Task<TableResult> AddAsync(Table table, long removed, object[] values, CancellationToken cancellationToken) =>
        Task.FromResult(new TableResult(table.ToString(), Copied));

    private protected override Task<IReadOnlyList<TableResult>> CountAsync(object[] values, CancellationToken cancellationToken) => throw new NotSupportedException("A rehearsal is staged.");

    private protected override string Brought(Table table) => $"generate_series(1, {Copied})";
}
