using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Sinks;
using Landfall.Sinks.BigQuery;

namespace Landfall.Benchmarks.Scale;

/// <summary>The contract of the simulation: one appended table of six columns; and what the sink itself makes of its files.</summary>
internal static class SampleContract
{
    private static readonly DateTimeOffset Day = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    public static Contract Contract { get; } = Made();

    /// <summary>Logical bytes of a file's entry in the ledger, as BigQuery counts them (https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#data_type_sizes).</summary>
    public static double EntryBytes { get; } = Sized(_ => true);

    /// <summary>The same of what a look by names reads: the id, the outcome, the name.</summary>
    public static double NamedBytes { get; } = Sized(field => field is "landing_id" or "outcome" or "name");

    /// <summary>Of what Reconcile asks whether objects have landed by: the id and the identity.</summary>
    public static double IdentityBytes { get; } = Sized(field => field is "landing_id" or "identity");

    /// <summary>The request of a commit: characters of its script, parameters, and bytes of the request.</summary>
    /// <param name="sources">How many files.</param>
    public static (int Script, int Parameters, double Request) Commit(int sources)
    {
        var staged = new List<StagedSource>();
        var entries = new List<LedgerEntry>();
        for (var i = 0; i < sources; i++)
        {
            var entry = Entry(i);
            var one = new StagedSource(entry.Source, entry.Attempt, DateOnly.FromDateTime(Day.UtcDateTime));
            one.AddStreamed(Contract.Feeds[0], 200);
            staged.Add(one);
            entries.Add(entry);
        }
        var request = CommitScript.Of(Contract, [(Contract.Id, 1)], staged, new StagedSql(Contract, staged, []), new HashSet<Table>(), entries);
        // {"value":"…"} around each value, and its name in a row.
        var values = request.Parameters.Sum(p => p.Values.Sum(v => (v?.Length ?? 4) + 14.0) + p.Rows.Sum(row => row.Zip(p.Fields).Sum(c => (c.First?.Length ?? 4) + c.Second.Name.Length + 18.0)));
        return (request.Sql.Length, request.Parameters.Count, request.Sql.Length + values);
    }

    private static double Sized(Func<string, bool> which)
    {
        var parameter = LedgerTable.Entries([Entry(1_234_567)]);
        return parameter.Rows[0].Zip(parameter.Fields).Where(c => which(c.Second.Name) && c.First is not null).Sum(c => c.Second.Type == "STRING" ? 2 + c.First!.Length : 8);
    }

    private static LedgerEntry Entry(int number)
    {
        var version = new StoredObject("acme-prod-drop-zone", $"devices/events_20261122_{number:0000000}.csv", 1_763_769_600_000_000 + number, Day.AddMilliseconds(number * 62), 20_000);
        return new()
        {
            Source = new(Contract, version, DateOnly.FromDateTime(Day.UtcDateTime)), ContractVersion = "1.0.0", Outcome = Outcome.Landed, Attempt = new Guid(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
            StartedAt = Day, FinishedAt = Day, RowsRead = 200, RowsLanded = 200, Tables = [new("devices.events", 200)],
        };
    }

    private static Contract Made()
    {
        Column Column(string name, ColumnType type) => new() { Name = Identifier.Parse(name), Type = type, Source = name };
        var table = new Table
        {
            Schema = Identifier.Parse("devices"), Name = Identifier.Parse("events"), Write = WriteMode.Append, Key = [],
            Columns = [Column("device", ColumnType.Text), Column("at", ColumnType.Timestamp), Column("metric", ColumnType.Text), Column("value", ColumnType.Double), Column("count", ColumnType.Int64), Column("note", ColumnType.Text)],
        };
        return new()
        {
            Id = Identifier.Parse("devices_events"), Version = "1.0.0", File = "devices_events.odcs.yaml", Team = "devices",
            Object = ObjectPattern.Parse("drop-zone/devices/events_{date:yyyyMMdd}_*.csv"), Sink = SinkKind.BigQuery, Schema = table.Schema, Tables = [table],
        };
    }
}
