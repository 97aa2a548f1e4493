using System.Globalization;
using System.Text;
using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>
/// The one statement by which rows become visible: a script of one transaction. The heads first: two transactions that update one table can not both commit, while
/// INSERTs never meet; so of two landings that read the same version one is cancelled, or finds the version moved.
/// </summary>
internal static class CommitScript
{
    /// <summary>The error of a script that read a ledger which has moved since.</summary>
    public const string Moved = "landfall: the ledger has moved";

    /// <summary>The error of a script that does not see all staged rows: they are not visible yet, or gone.</summary>
    public const string Incomplete = "landfall: staged rows are missing";

    /// <param name="contract">Whose.</param>
    /// <param name="heads">The ledgers that must stand where they were read: the contract's own, and those its check relied on.</param>
    /// <param name="landing">The sources whose rows land.</param>
    /// <param name="staged">The statements on their rows; null when none lands.</param>
    /// <param name="unchanged">Tables that are as the rows say already.</param>
    /// <param name="entries">What the ledger gets.</param>
    public static QueryRequest Of(Contract contract, IReadOnlyList<(Identifier Contract, long Version)> heads, IReadOnlyList<StagedSource> landing, StagedSql? staged, IReadOnlySet<Table> unchanged, IReadOnlyList<LedgerEntry> entries)
    {
        var script = new StringBuilder("BEGIN TRANSACTION;\n");
        var parameters = new List<QueryParameter> { LedgerTable.Entries(entries) };
        // In one order, so that two commits of related contracts do not wait for each other in a circle.
        foreach (var (head, index) in heads.OrderBy(h => h.Contract.Name, StringComparer.Ordinal).Select((h, i) => (h, i)))
        {
            script.AppendLine(LedgerTable.CountUp(head.Contract, $"seen{index}"));
            parameters.Add(QueryParameter.Scalar($"seen{index}", "INT64", Text(head.Version)));
        }
        if (staged is not null)
        {
            parameters.AddRange(staged.Parameters);
            Guard(script, parameters, landing, staged);
            if (contract.Uplifted is { } uplifted) script.AppendLine(UpliftTable.Overtake(contract, uplifted, staged));
            foreach (var table in contract.Tables.Where(t => !unchanged.Contains(t))) Write(script, contract, table, staged);
        }
        script.AppendLine(LedgerTable.Insert(contract)).Append("COMMIT TRANSACTION;");
        return new QueryRequest(script.ToString()) { Parameters = parameters, Labels = BigQueryNames.Labels(contract) };
    }

    /// <summary>Staged rows may not be visible yet, or have gone by themselves.</summary>
    private static void Guard(StringBuilder script, List<QueryParameter> parameters, IReadOnlyList<StagedSource> landing, StagedSql staged)
    {
        // A page of a run that says to have none may come at any time.
        if (landing.Sum(s => s.Streamed) is var streamed && (streamed > 0 || landing.Any(s => s.IsRun)))
        {
            script.AppendLine(CultureInfo.InvariantCulture, $"SELECT IF(COUNT(*) = @streamed, 0, ERROR('{Incomplete}')) FROM {staged.Lines()} l;");
            parameters.Add(QueryParameter.Scalar("streamed", "INT64", Text(streamed)));
        }
        foreach (var (table, rows) in landing.SelectMany(s => s.Loaded.Values))
            script.AppendLine(CultureInfo.InvariantCulture, $"SELECT IF(COUNT(*) = {rows}, 0, ERROR('{Incomplete}')) FROM {BigQueryNames.Quoted(table)};");
    }

    private static void Write(StringBuilder script, Contract contract, Table table, StagedSql staged)
    {
        var name = BigQueryNames.Quoted(table);
        if (table.Write == WriteMode.Upsert)
        {
            script.AppendLine(Merge(contract, table, staged));
            return;
        }
        var keyed = table is { Write: WriteMode.Replace, Key.Count: > 0 };
        var values = table.Columns.Where(c => !table.Key.Contains(c));
        // Under replace with a key only what differs is written: rows that go or change, and then rows that are not there.
        if (keyed) script.AppendLine(CultureInfo.InvariantCulture, $"DELETE FROM {name} t WHERE NOT EXISTS (SELECT 1 FROM {staged.Rows(table)} s WHERE {staged.KeysMeet(table, "t.", "s.")}{staged.Same(values, "t.", "s.")});");
        // A DELETE of whole partitions, or of all, by literals costs nothing.
        else if (staged.Removes(table)) script.AppendLine(CultureInfo.InvariantCulture, $"DELETE FROM {name} t WHERE {staged.Goes(table, "t")};");
        var own = Own(contract, table);
        script.AppendLine(CultureInfo.InvariantCulture, $"""
            INSERT INTO {name} ({BigQueryNames.Names(table.Columns)}, {Names(own)})
            SELECT {staged.Staged(table.Columns, "s.")}, {Values(own)} FROM {staged.Rows(table)} s{(keyed ? $" WHERE NOT EXISTS (SELECT 1 FROM {name} t WHERE {staged.KeysMeet(table, "t.", "s.")})" : "")};
            """);
    }

    /// <summary>Per row, the newest source wins.</summary>
    private static string Merge(Contract contract, Table table, StagedSql staged)
    {
        var own = Own(contract, table);
        var values = table.Columns.Where(c => !table.Key.Contains(c)).Select(c => $"{BigQueryNames.Quoted(c)} = s.{staged.Name(c)}").Concat(own.Select(o => $"{o.Name} = {o.Value}"));
        return $"""
            MERGE INTO {BigQueryNames.Quoted(table)} t USING {staged.Rows(table)} s ON {staged.KeysMeet(table, "t.", "s.")}
            WHEN MATCHED AND NOT {StagedSql.IsNewer("t", "s")} THEN UPDATE SET {string.Join(", ", values)}
            WHEN NOT MATCHED THEN INSERT ({BigQueryNames.Names(table.Columns)}, {Names(own)}) VALUES ({staged.Staged(table.Columns, "s.")}, {Values(own)});
            """;
    }

    /// <summary>The columns that say where a row comes from, and what a staged row <c>s</c> has for them.</summary>
    private static List<(string Name, string Value)> Own(Contract contract, Table table)
    {
        List<(string, string)> own = [(BigQueryNames.LandingId, "s._landing_id")];
        if (table.Write == WriteMode.Upsert) own.Add((BigQueryNames.Order, "s._order"));
        if (contract.Topic is not null) own.Add((BigQueryNames.Page, BigQueryNames.PageOf("s._line")));
        return own;
    }

    private static string Names(IEnumerable<(string Name, string Value)> own) => string.Join(", ", own.Select(o => o.Name));

    private static string Values(IEnumerable<(string Name, string Value)> own) => string.Join(", ", own.Select(o => o.Value));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
