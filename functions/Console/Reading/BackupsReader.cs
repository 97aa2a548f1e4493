using Landfall.Backups;
using Landfall.Contracts;
using Landfall.Hosting.Access;
using Landfall.Hosting;

namespace Landfall.Web.Reading;

/// <summary>The backups of the tables in Postgres.</summary>
internal sealed class BackupsReader(ContractSet contracts, BackupCatalog backups, Settings settings, Questions questions, TimeProvider clock)
{
    public async Task<Sheet> ReadAsync(PageRequest page)
    {
        var mine = BackedUpTables.Of(contracts).Where(one => page.Caller.HasOneOf(TableRoles.Readers(one.Contract, one.Table)));
        var rows = await Task.WhenAll(mine.Select(async one => new BackupRow(one.Contract, one.Table, await ListAsync(one.Table, page.Cancellation))));
        return Sheet.Of<Pages.Backups, BackupsModel>("Backups", page.Links.Backups, new(rows, (int)settings.BackupRetention.TotalDays, clock.GetUtcNow()));
    }

    private async Task<IReadOnlyList<(string, DateTimeOffset, long)>?> ListAsync(Table table, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await questions.AskAsync(token => backups.ListAsync(table, token), cancellationToken)).Reverse().Select(found => ($"gs://{found.Bucket}/{found.Name}", BackupNames.Time(found.Name)!.Value, found.Size))];
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is RetryException or HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }
}
