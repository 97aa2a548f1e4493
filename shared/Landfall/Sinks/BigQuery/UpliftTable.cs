using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>
/// What a contract's uplifts have done: a row for each value and run. That of a key which is <c>active</c> says what a landing keeps: while the source shows
/// <c>source</c>, the table has <c>result</c>. At most one of a key is, because whoever writes counts up the head of the contract's ledger.
/// </summary>
internal static class UpliftTable
{
    public static string Name(Contract contract) => BigQueryNames.Quoted(BigQueryNames.Uplift(contract.Id));

    /// <summary>Makes it stand. A contract that was renamed takes it along.</summary>
    public static async Task PrepareAsync(BigQueryClient client, Contract contract, Identifier? before, CancellationToken cancellationToken)
    {
        if (await client.GetTableAsync(BigQueryNames.Uplift(contract.Id), cancellationToken).ConfigureAwait(false) is not null) return;
        if (before is { } old && await client.GetTableAsync(BigQueryNames.Uplift(old), cancellationToken).ConfigureAwait(false) is not null)
        {
            var copy = $"CREATE TABLE IF NOT EXISTS {Name(contract)} CLUSTER BY key AS SELECT * FROM {BigQueryNames.Quoted(BigQueryNames.Uplift(old))}";
            await client.ExecuteAsync(LedgerTable.Job(contract, "uplifts"), new(copy) { Labels = BigQueryNames.Labels(contract) }, cancellationToken).ConfigureAwait(false);
            return;
        }
        await client.CreateTableAsync(Resource(contract), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The rows that a table gets, with the raised values in the place of those they were raised from.</summary>
    public static string Kept(Contract contract, Table table, StagedSql staged)
    {
        var column = table.Uplift!;
        var columns = staged.FeedOf(table).Columns.Select(c =>
            c == column ? $"IF(u.key IS NULL, s.{staged.Name(c)}, {BigQueryTypes.FromText(c, "u.result")}) AS {staged.Name(c)}" : $"s.{staged.Name(c)}");
        return $"(SELECT s._line, {string.Join(", ", columns)}, s._landing_id, s._order FROM {staged.RowsAsSent(table)} s LEFT JOIN {Name(contract)} u ON {Shows(table, staged, "=")})";
    }

    /// <summary>The raised values of which the source shows what they were raised from, or something else.</summary>
    public static string Shown(Contract contract, Table table, StagedSql staged, bool same) =>
        $"{staged.RowsAsSent(table)} s JOIN {Name(contract)} u ON {Shows(table, staged, same ? "=" : "IS DISTINCT FROM")}";

    /// <summary>Part of a commit: of what the source shows another value, none is kept by any later one. What it does not show may come back.</summary>
    public static string Overtake(Contract contract, Table table, StagedSql staged) =>
        $"UPDATE {Name(contract)} u SET active = FALSE FROM {staged.RowsAsSent(table)} s WHERE {Shows(table, staged, "IS DISTINCT FROM")};";

    /// <summary>A value of the column as the text that stands here.</summary>
    public static string Text(Column column, string value) => column.Type == ColumnType.Text ? value : $"CAST({value} AS STRING)";

    private static string Shows(Table table, StagedSql staged, string compared) =>
        $"u.active AND u.key = {Text(table.Key[0], $"s.{staged.Name(table.Key[0])}")} AND u.source {compared} {Text(table.Uplift!, $"s.{staged.Name(table.Uplift!)}")}";

    private static TableResource Resource(Contract contract) => new(BigQueryNames.Uplift(contract.Id))
    {
        Fields =
        [
            new("run", "STRING", true) { Description = "The uplift." },
            new("key", "STRING", true) { Description = "The key of the row in the contract's table." },
            new("source", "STRING", true) { Description = "What the contract's source showed." },
            new("base", "STRING", true) { Description = "What was raised: the source's value, or what another run had made of it." },
            new("result", "STRING", true) { Description = "What it was raised to." },
            new("percent", "NUMERIC", true),
            new("raised_at", "TIMESTAMP", true) { Description = "When the run was due." },
            new("page", "INT64", true) { Description = "The insert that staged it, from 1." },
            new("active", "BOOL", true) { Description = "Whether the next landing keeps it." },
            new("previous", "STRING") { Description = "The run that had raised the base." },
            new("undone", "STRING") { Description = "The run that put the base back." },
        ],
        Description = $"What uplifts have done to the rows of the contract {contract.Id}.",
        Labels = BigQueryNames.Labels(contract),
        Clustering = ["key"],
    };
}
