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

    private protected override Task<TableResult> InsertAsync(Table table, Decision decision, CancellationToken cancellationToken) =>
        Task.FromResult(new TableResult(table.ToString(), Copied));
}
