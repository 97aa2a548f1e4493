using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>Makes a contract's tables and views stand: creates what is missing, changes what is safe to change; anything else is told with the statement a person would run.</summary>
internal static class BigQueryTables
{
    /// <summary>What an attempt stages lives so long: longer than the platform delivers an event.</summary>
    private static readonly TimeSpan StagingExpiration = TimeSpan.FromDays(2);

    /// <summary>What is streamed lives so long from the beginning of its day: whole days.</summary>
    public static readonly TimeSpan StreamedExpiration = StagingExpiration + TimeSpan.FromDays(1);

    /// <summary>Landfall's own datasets, and the table that takes streamed rows.</summary>
    public static async Task PrepareOwnAsync(BigQueryClient client, CancellationToken cancellationToken)
    {
        if (await client.GetTableAsync(BigQueryNames.Streamed, cancellationToken).ConfigureAwait(false) is not null) return;
        await client.CreateDatasetAsync(new(BigQueryNames.Landfall) { Description = "Landfall's ledgers, and rows on their way." }, cancellationToken).ConfigureAwait(false);
        await client.CreateDatasetAsync(new(BigQueryNames.Staging) { Description = "Rows on their way, from large files.", TableExpiration = StagingExpiration }, cancellationToken).ConfigureAwait(false);
        await client.CreateTableAsync(Streamed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A contract's tables, its ledger, its views.</summary>
    public static async Task PrepareAsync(BigQueryClient client, Contract contract, ExternalPlace place, CancellationToken cancellationToken)
    {
        Identifier? before = null;
        foreach (var table in contract.Tables) before = await PrepareAsync(client, contract, table, place, cancellationToken).ConfigureAwait(false) ?? before;
        if (before is { } old && await client.GetTableAsync(BigQueryNames.Ledger(old), cancellationToken).ConfigureAwait(false) is null) before = null;
        if (await client.GetTableAsync(BigQueryNames.Ledger(contract.Id), cancellationToken).ConfigureAwait(false) is null)
        {
            // A contract that was renamed takes its ledger along: first nobody commits there any more, then it is copied.
            if (before is { } from) await client.ExecuteAsync(LedgerTable.Job(contract, "close"), new(LedgerTable.Close(from)), cancellationToken).ConfigureAwait(false);
            await client.ExecuteAsync(LedgerTable.Job(contract, "ledger"), new(LedgerTable.Create(contract, before)) { Labels = BigQueryNames.Labels(contract) }, cancellationToken).ConfigureAwait(false);
        }
        if (before is not null) foreach (var table in contract.Tables) await LabelAsync(client, contract, table, cancellationToken).ConfigureAwait(false);
        if (contract.Uplifted is not null) await UpliftTable.PrepareAsync(client, contract, before, cancellationToken).ConfigureAwait(false);
        foreach (var view in contract.Views) await PrepareAsync(client, contract, view, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The table as the contract says.</summary>
    /// <param name="contract">Whose.</param>
    /// <param name="table">One of its tables.</param>
    /// <param name="place">Where the files of an external table are; null for where the contract says.</param>
    public static TableResource Resource(Contract contract, Table table, ExternalPlace? place = null)
    {
        if (table.IsExternal) return ExternalTable.Resource(contract, table, place ?? ExternalPlace.AsWritten);
        List<TableField> own = [new(BigQueryNames.LandingId, "INT64", Required: true) { Description = "Which landing brought the row: landing_id of the ledger." }];
        if (table.Write == WriteMode.Upsert) own.Add(new(BigQueryNames.Order, "INT64", Required: true) { Description = "How new the row's source is." });
        if (contract.Topic is not null) own.Add(new(BigQueryNames.Page, "INT64") { Description = "With which page of its run the row came, each of which is one insert; NULL when an uplift was undone." });
        return new TableResource(BigQueryNames.Of(table))
        {
            Fields = [.. table.Columns.Select(BigQueryTypes.Field), .. own],
            Description = table.Description,
            Labels = BigQueryNames.Labels(contract),
            PartitionField = table.Partition?.Name.Name,
            PartitionExpiration = table.Partition is null ? null : contract.Retention,
            // What a new version of an object looks for, or what a MERGE joins by.
            Clustering = table.Write switch
            {
                WriteMode.Append => [BigQueryNames.LandingId],
                WriteMode.Upsert or WriteMode.Replace => [.. table.Key.Where(BigQueryTypes.Clusters).Take(4).Select(c => c.Name.Name)],
                _ => [],
            },
            PrimaryKey = [.. table.Key.Select(c => c.Name.Name)],
        };
    }

    /// <summary>A view as the contract says: its query names tables in full.</summary>
    public static TableResource Resource(Contract contract, View view) => new(new(view.Schema.Name, view.Name.Name))
    {
        Description = view.Description,
        Labels = BigQueryNames.Labels(contract),
        ViewQuery = view.Query is not null ? view.QueryOn(contract, BigQueryNames.Quoted) : $"SELECT {BigQueryNames.Names(view.Columns)} FROM {BigQueryNames.Quoted(view.Of!)}{(view.Where is { } where ? $" WHERE {where}" : "")}",
    };

    private static TableResource Streamed { get; } = new(BigQueryNames.Streamed)
    {
        Fields = [new("staged_on", "DATE", true), new("attempt", "STRING", true), new("feed", "INT64", true), new("line", "INT64", true), new("fields", "STRING")],
        Description = "Rows on their way, from small files: the values of a line as a JSON array of texts.",
        PartitionField = "staged_on",
        PartitionExpiration = StreamedExpiration,
        Clustering = ["attempt"],
    };

    /// <returns>The contract that has landed the table until now, if it is another.</returns>
    private static async Task<Identifier?> PrepareAsync(BigQueryClient client, Contract contract, Table table, ExternalPlace place, CancellationToken cancellationToken)
    {
        var wanted = Resource(contract, table, place);
        while (true)
        {
            if (await client.GetTableAsync(wanted.Name, cancellationToken).ConfigureAwait(false) is not { } standing)
            {
                await client.CreateDatasetAsync(new(table.Schema.Name), cancellationToken).ConfigureAwait(false);
                if (await client.CreateTableAsync(wanted, cancellationToken).ConfigureAwait(false)) return null;
                continue;
            }
            var changes = TableChanges.Between(standing, wanted);
            if (changes.Faults.Count > 0)
            {
                throw new RetryException($"the table {table} does not fit the contract: {string.Join("; ", changes.Faults.Select(f => f.Fault))}",
                    $"change the contract, or run: {string.Join("; ", changes.Faults.Select(f => f.Statement))}");
            }
            var by = standing.Labels.GetValueOrDefault(BigQueryNames.ContractLabel);
            Identifier? before = by is not null && by != contract.Id.Name && Identifier.TryParse(by, out var old) ? old : null;
            // Whose it is, it says only once the ledger has moved.
            var patch = changes.Patch is { } found && before is { } b ? found with { Labels = new Dictionary<string, string>(found.Labels) { [BigQueryNames.ContractLabel] = b.Name } } : changes.Patch;
            if (patch is null || await PatchAsync(client, patch, wanted, cancellationToken).ConfigureAwait(false)) return before;
        }
    }

    private static async Task<bool> PatchAsync(BigQueryClient client, TableResource patch, TableResource wanted, CancellationToken cancellationToken)
    {
        try
        {
            return await client.PatchTableAsync(patch, cancellationToken).ConfigureAwait(false);
        }
        catch (BigQueryException e) when (wanted.External is not null && e.Reason is "invalid")
        {
            throw new RetryException($"the external table {wanted.Name} can not be changed to what the contract says: {e.Message}", $"it holds nothing, so run: {ExternalTable.Statement(wanted)}");
        }
    }

    private static async Task LabelAsync(BigQueryClient client, Contract contract, Table table, CancellationToken cancellationToken)
    {
        while (await client.GetTableAsync(BigQueryNames.Of(table), cancellationToken).ConfigureAwait(false) is { } standing
            && !await client.PatchTableAsync(standing with { Labels = BigQueryNames.Labels(contract) }, cancellationToken).ConfigureAwait(false)) { }
    }

    private static async Task PrepareAsync(BigQueryClient client, Contract contract, View view, CancellationToken cancellationToken)
    {
        var wanted = Resource(contract, view);
        while (true)
        {
            if (await client.GetTableAsync(wanted.Name, cancellationToken).ConfigureAwait(false) is not { } standing)
            {
                await client.CreateDatasetAsync(new(view.Schema.Name), cancellationToken).ConfigureAwait(false);
                if (await client.CreateTableAsync(wanted, cancellationToken).ConfigureAwait(false)) return;
                continue;
            }
            if (standing.ViewQuery is null) throw new RetryException($"{view} is a table, and the contract {contract.Id} makes it a view", $"rename the view in the contract, or run: DROP TABLE {BigQueryNames.Quoted(wanted.Name)}");
            if (standing.ViewQuery == wanted.ViewQuery && standing.Description == wanted.Description) return;
            if (await client.PatchTableAsync(wanted with { ETag = standing.ETag }, cancellationToken).ConfigureAwait(false)) return;
        }
    }
}
