using System.Globalization;
using System.Text.Json;
using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>A contract's ledger: its rows as entries, and the head row (landing id 0), whose version every commit counts up.</summary>
internal static class LedgerTable
{
    /// <summary>The version of a ledger that another contract's has taken over.</summary>
    private const long Closed = -1;

    /// <summary>
    /// Partitions of landing ids, which are hashes of 63 bits: so a look by a literal id reads a thousandth of the ledger. A commit writes in as many as it has sources, of 4,000 that a job may;
    /// their number a day is not limited for DML (https://cloud.google.com/bigquery/quotas#partitioned_tables).
    /// </summary>
    internal const int Ranges = 1023;

    /// <summary>Ids of one partition. The few above the last are in the partition that BigQuery has for what is in no range.</summary>
    private const long Range = 9_000_000_000_000_000;

    /// <summary>Ids that one query names.</summary>
    private const int MaxLiterals = 10_000;

    /// <summary>All columns but <c>version</c>, which the head row alone has.</summary>
    private static readonly TableField[] Fields =
    [
        new("landing_id", "INT64"), new("identity", "STRING"), new("contract", "STRING"), new("contract_version", "STRING"), new("bucket", "STRING"), new("name", "STRING"),
        new("generation", "INT64"), new("time_created", "TIMESTAMP"), new("size", "INT64"), new("source_date", "DATE"), new("outcome", "STRING"), new("attempt", "STRING"),
        new("started_at", "TIMESTAMP"), new("finished_at", "TIMESTAMP"), new("rows_read", "INT64"), new("rows_landed", "INT64"), new("rows_rejected", "INT64"),
        new("rows_collapsed", "INT64"), new("rejects", "STRING"), new("reason", "STRING"), new("hint", "STRING"), new("details", "STRING"),
    ];

    /// <summary>The columns of an entry, as <see cref="Entry"/> reads them.</summary>
    public static readonly string Names = string.Join(", ", Fields.Select(f => f.Name));

    /// <summary>Makes a ledger together with its head row: a ledger without it would fence nothing.</summary>
    /// <param name="contract">Whose.</param>
    /// <param name="before">The contract that landed the tables until now; null for a new dataset.</param>
    public static string Create(Contract contract, Identifier? before)
    {
        var rows = before is { } old
            ? $"SELECT CASE WHEN landing_id = 0 THEN 0 END AS version, {Names} FROM {BigQueryNames.Quoted(BigQueryNames.Ledger(old))}"
            : $"SELECT 0 AS version, 0 AS landing_id, {string.Join(", ", Fields.Skip(1).Select(f => $"CAST(NULL AS {f.Type}) AS {f.Name}"))}";
        return $"""
            CREATE TABLE IF NOT EXISTS {BigQueryNames.Quoted(BigQueryNames.Ledger(contract.Id))}
            PARTITION BY {Partitioning}
            CLUSTER BY landing_id
            OPTIONS (description = 'The landings of the contract {contract.Id}: one row each. The row with landing_id 0 counts the commits.', labels = [('{BigQueryNames.ContractLabel}', '{contract.Id}')])
            AS {rows}
            """;
    }

    /// <summary>The first range ends behind 0, so that the head row has it for itself: an UPDATE is billed for all of the partition that it changes.</summary>
    private static string Partitioning { get; } = string.Create(CultureInfo.InvariantCulture, $"RANGE_BUCKET(landing_id, GENERATE_ARRAY({1 - Range}, {1 + Ranges * Range}, {Range}))");

    /// <summary>From then on no commit under the older contract succeeds.</summary>
    public static string Close(Identifier contract) => $"UPDATE {BigQueryNames.Quoted(BigQueryNames.Ledger(contract))} SET version = {Closed} WHERE landing_id = 0";

    /// <summary>Part of a commit: counts the head up if it stands where it was read, and fails otherwise.</summary>
    public static string CountUp(Identifier contract, string parameter) => $"""
        UPDATE {BigQueryNames.Quoted(BigQueryNames.Ledger(contract))} SET version = version + 1 WHERE landing_id = 0 AND version = @{parameter};
        SELECT IF(@@row_count = 1, 0, ERROR('{CommitScript.Moved}'));
        """;

    /// <summary>Part of a commit.</summary>
    public static string Insert(Contract contract) =>
        $"INSERT INTO {BigQueryNames.Quoted(BigQueryNames.Ledger(contract.Id))} ({Names})\nSELECT {string.Join(", ", Fields.Select(f => "e." + f.Name))} FROM UNNEST(@entries) AS e;";

    public static QueryParameter Entries(IEnumerable<LedgerEntry> entries) => QueryParameter.Table("entries", Fields, entries.Select(Row));

    /// <summary>The head's version, the entries of the sources themselves, and those of landings with the same targets.</summary>
    /// <remarks>
    /// The ids come first, from few columns of the whole ledger, and their entries from their own partitions. What lands between the two counts the version up, so that who decides by the entries
    /// can not commit at the version.
    /// </remarks>
    /// <exception cref="BigQueryException"><c>notFound</c>: there is no ledger yet.</exception>
    public static async Task<(long Version, IReadOnlyList<LedgerEntry> Entries)> ReadAsync(BigQueryClient client, Contract contract, IReadOnlyCollection<Source> sources, CancellationToken cancellationToken)
    {
        var ledger = Name(contract);
        var targets = contract.Write switch
        {
            WriteMode.Append => " OR (outcome = 'landed' AND name IN UNNEST(@names))",
            WriteMode.ReplacePartition => " OR (outcome = 'landed' AND source_date IN UNNEST(@dates))",
            WriteMode.Replace => $" OR landing_id IN (SELECT landing_id FROM {ledger} WHERE outcome = 'landed' ORDER BY source_date DESC NULLS LAST, time_created DESC, generation DESC LIMIT 1)",
            _ => "",
        };
        var query = new QueryRequest(sources.Count == 0 ? $"SELECT landing_id, version FROM {ledger} WHERE landing_id = 0" : $"SELECT landing_id, version FROM {ledger} WHERE landing_id = 0 OR landing_id IN UNNEST(@ids){targets}")
        {
            Parameters = sources.Count == 0 ? [] :
            [
                QueryParameter.Array("ids", "INT64", sources.Select(s => Text(s.Version.LandingId))),
                QueryParameter.Array("names", "STRING", sources.Select(s => s.Version.Name).Distinct(StringComparer.Ordinal)),
                QueryParameter.Array("dates", "DATE", sources.Where(s => s.Date is not null).Select(s => Text(s.Date!.Value)).Distinct(StringComparer.Ordinal)),
            ],
            Labels = BigQueryNames.Labels(contract),
        };
        long? version = null;
        var ids = new List<long>();
        await foreach (var row in client.QueryAsync(Job(contract, "read"), query, cancellationToken).ConfigureAwait(false))
        {
            if (row[0] == "0") version = long.Parse(row[1]!, CultureInfo.InvariantCulture);
            else ids.Add(long.Parse(row[0]!, CultureInfo.InvariantCulture));
        }
        if (version == Closed) throw new RetryException($"the tables of {contract.Id} are landed by another contract now", "stop the program that still uses this one; or let them have it back by hand");
        return (version ?? throw new RetryException($"{ledger} has no head row", $"INSERT INTO {ledger} (landing_id, version) VALUES (0, 0)"), await FindAsync(client, contract, ids, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The entries of landings, as far as there are any. Ids are literals, by which BigQuery is sure to pass over other partitions.</summary>
    /// <exception cref="BigQueryException">As for <see cref="ReadAsync"/>.</exception>
    public static async Task<IReadOnlyList<LedgerEntry>> FindAsync(BigQueryClient client, Contract contract, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        var entries = new List<LedgerEntry>();
        // 20 digits each, of a script of 1 MB.
        foreach (var some in ids.Where(id => id != 0).Chunk(MaxLiterals))
        {
            var query = new QueryRequest($"SELECT {Names} FROM {Name(contract)} WHERE landing_id IN ({string.Join(", ", some.Select(Text))})") { Labels = BigQueryNames.Labels(contract) };
            await foreach (var row in client.QueryAsync(Job(contract, "find"), query, cancellationToken).ConfigureAwait(false)) entries.Add(Entry(row, contract));
        }
        return entries;
    }

    /// <summary>The entry of one landing, if there is one: asked for by its id alone, and read when it is there, since a query is billed for all columns that it names.</summary>
    /// <exception cref="BigQueryException">As for <see cref="ReadAsync"/>.</exception>
    public static async Task<IReadOnlyList<LedgerEntry>> LookAsync(BigQueryClient client, Contract contract, long id, CancellationToken cancellationToken)
    {
        var query = new QueryRequest($"SELECT landing_id FROM {Name(contract)} WHERE landing_id = {Text(id)}") { Labels = BigQueryNames.Labels(contract) };
        var found = false;
        await foreach (var _ in client.QueryAsync(Job(contract, "look"), query, cancellationToken).ConfigureAwait(false)) found = true;
        return found ? await FindAsync(client, contract, [id], cancellationToken).ConfigureAwait(false) : [];
    }

    /// <summary>A job id that nothing else has: of a job that changes nothing, or what is safe to run twice.</summary>
    public static string Job(Contract contract, string what) => $"landfall_{contract.Id}_{what}_{Guid.NewGuid():N}";

    private static string Name(Contract contract) => BigQueryNames.Quoted(BigQueryNames.Ledger(contract.Id));

    private static string?[] Row(LedgerEntry entry)
    {
        var version = entry.Source.Version;
        var details = JsonSerializer.Serialize(new LedgerDetails(entry.Tables, entry.Reasons, entry.Findings.Count == 0 ? null : entry.Findings), LedgerJson.Default.LedgerDetails);
        return
        [
            Text(version.LandingId), version.Identity, entry.Source.Contract.Id.Name, entry.ContractVersion, version.Bucket, version.Name,
            Text(version.Generation), Text(version.TimeCreated), Text(version.Size), entry.Source.Date is { } date ? Text(date) : null, OutcomeWords.Of(entry.Outcome), entry.Attempt.ToString("N"),
            Text(entry.StartedAt), Text(entry.FinishedAt), Text(entry.RowsRead), Text(entry.RowsLanded), Text(entry.RowsRejected),
            Text(entry.RowsCollapsed), entry.Rejects, entry.Reason, entry.Hint, details,
        ];
    }

    /// <summary>A row of <see cref="Names"/> as an entry.</summary>
    public static LedgerEntry Entry(IReadOnlyList<string?> row, Contract contract)
    {
        var details = JsonSerializer.Deserialize(row[21]!, LedgerJson.Default.LedgerDetails)!;
        var version = new StoredObject(row[4]!, row[5]!, Number(6), Moment(row[7]!), Number(8));
        return new LedgerEntry
        {
            Source = new(contract, version, row[9] is { } date ? DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null),
            ContractVersion = row[3]!,
            Outcome = OutcomeWords.Parse(row[10]!),
            Attempt = Guid.ParseExact(row[11]!, "N"),
            StartedAt = Moment(row[12]!),
            FinishedAt = Moment(row[13]!),
            RowsRead = Number(14),
            RowsLanded = Number(15),
            RowsRejected = Number(16),
            RowsCollapsed = Number(17),
            Rejects = row[18],
            Reason = row[19],
            Hint = row[20],
            Tables = details.Tables,
            Reasons = details.Reasons,
            Findings = details.Findings ?? [],
        };

        long Number(int field) => long.Parse(row[field]!, CultureInfo.InvariantCulture);
    }

    /// <summary>A TIMESTAMP as BigQuery answers it: microseconds.</summary>
    public static DateTimeOffset Moment(string value) => DateTimeOffset.UnixEpoch.AddTicks(long.Parse(value, CultureInfo.InvariantCulture) * TimeSpan.TicksPerMicrosecond);

    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Text(DateOnly value) => value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Text(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture);
}
