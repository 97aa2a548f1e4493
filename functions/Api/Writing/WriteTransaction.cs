using System.Globalization;
using Landfall.Hosting;
using Landfall.Rows;
using Landfall.Sinks;
using Landfall.Sinks.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Landfall.Rest.Writing;

/// <summary>The transaction in which a request is carried out: its rows, its rejects, its entry in the ledger, and, by <see cref="Writes"/>, its answer; or nothing.</summary>
/// <param name="careful">Whether a shorter way has failed already.</param>
internal sealed class WriteTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction, WriteRequest write, bool careful, TimeProvider clock, CancellationToken cancellation)
{
    /// <summary>Takes the contract's head row; fails where there is none, for then nothing would be locked.</summary>
    private const string LockOrFail = "SELECT 1 / count(*)::int FROM (SELECT FROM landfall.heads WHERE contract = $1 FOR UPDATE) AS head";

    private bool _locked;

    public NpgsqlConnection Connection { get; } = connection;

    public NpgsqlTransaction Transaction { get; } = transaction;

    public WriteRequest Write { get; } = write;

    public WritableTable Table => Write.Table;

    /// <summary>Whether a shorter way has failed already: then rules are looked at one by one, and Postgres' own constraints say nothing new.</summary>
    public bool Careful { get; } = careful;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Whether what was done is committed already.</summary>
    public bool Committed { get; private set; }

    /// <summary>Takes the contract's head row, if that is not done: no other landing commits until the transaction ends.</summary>
    public async Task LockAsync()
    {
        if (_locked) return;
        await PostgresLedger.LockHeadAsync(Connection, Write.Source, Cancellation);
        _locked = true;
    }

    /// <summary>Runs a statement that writes, between the lock and the ledger's entry.</summary>
    /// <param name="statement">Null for none.</param>
    /// <param name="entry">What the ledger is to say; null when nothing of it landed.</param>
    /// <param name="rejects">Rows that are refused.</param>
    /// <param name="read">Reads what the statement returns; null when it returns nothing.</param>
    /// <param name="early">
    /// Whether the statement comes before the lock, for one that only adds rows: nobody sees them until all is committed, and others of the contract need not wait while it runs. A key that
    /// two want is then Postgres' to decide.
    /// </param>
    /// <exception cref="ProblemException">409: the ledger says that this has been done before.</exception>
    public async Task RunAsync(NpgsqlBatchCommand? statement, LedgerEntry? entry, PostgresRejects rejects, Func<NpgsqlDataReader, Task>? read = null, bool early = false)
    {
        await using var batch = new NpgsqlBatch(Connection, Transaction);
        var locks = entry is not null && !_locked;
        if (early && statement is not null) batch.BatchCommands.Add(statement);
        if (locks) batch.BatchCommands.Add(new(LockOrFail) { Parameters = { new() { Value = Write.Source.Contract.Id.Name } } });
        if (!early && statement is not null) batch.BatchCommands.Add(statement);
        // What a rule over the whole table finds stands in the entry, too.
        var quality = entry is not null && Table.Quality.Count > 0;
        var ledger = entry is null || quality ? null : PostgresLedger.InsertCommand(entry);
        if (ledger is not null) batch.BatchCommands.Add(ledger);
        if (rejects.Count > 0 && !Write.Prefer.DryRun) batch.BatchCommands.Add(rejects.Command(clock.GetUtcNow()));
        if (batch.BatchCommands.Count == 0) return;
        // Where nothing follows, the commit goes along: the lock is not held while we are told what we have done. Without a key the request's name is new, so that the ledger takes it;
        // and where rows come back, reading them may yet fail.
        var ends = early && read is null && ledger is not null && Write.Key is null && !Write.Prefer.DryRun;
        if (ends) batch.BatchCommands.Add(new("COMMIT"));
        try
        {
            await ReadAsync(batch, read, locks, early);
        }
        catch (PostgresException e) when (locks && e.SqlState == PostgresErrorCodes.DivisionByZero)
        {
            throw new PostgresMissingException($"landfall.heads has no row for the contract {Write.Source.Contract.Id}");
        }
        Committed = ends;
        if (quality) await CheckQualityAsync(entry!);
        else if (ledger is { RecordsAffected: 0 }) throw Done();
    }

    private async Task ReadAsync(NpgsqlBatch batch, Func<NpgsqlDataReader, Task>? read, bool locks, bool early)
    {
        await using var reader = await batch.ExecuteReaderAsync(Cancellation);
        if (early && read is not null)
        {
            await read(reader);
            if (locks) await reader.NextResultAsync(Cancellation);
        }
        if (locks)
        {
            _locked = await reader.ReadAsync(Cancellation);
            if (!early) await reader.NextResultAsync(Cancellation);
        }
        if (!early && read is not null) await read(reader);
        while (await reader.NextResultAsync(Cancellation))
        {
            // To the end, where the last error comes from.
        }
    }

    /// <summary>The ledger's entry of what the request does.</summary>
    public LedgerEntry Entry(TableResult result, long read, long landed, long collapsed, IReadOnlyList<Reject> rejects) => new()
    {
        Source = Write.Source,
        ContractVersion = Write.Source.Contract.Version,
        Outcome = Outcome.Landed,
        Attempt = Guid.NewGuid(),
        StartedAt = Write.Source.Version.TimeCreated,
        FinishedAt = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds()),
        RowsRead = read,
        RowsLanded = landed,
        RowsRejected = rejects.Count,
        RowsCollapsed = collapsed,
        Tables = [result],
        Rejects = rejects.Count > 0 ? PostgresRejects.Place : null,
        Reasons = [.. rejects.Take(LedgerEntry.MaxReasons).Select(reject => reject with { Value = null })],
    };

    private async Task CheckQualityAsync(LedgerEntry entry)
    {
        var quality = new PostgresQuality(Connection, Transaction, Table.Contract.Tables);
        await quality.CheckAsync(Table.Api.Table with { Quality = Table.Quality }, Table.Table.Quoted, Cancellation);
        try
        {
            quality.ThrowIfBroken();
        }
        catch (RejectException e)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, e.Message, "nothing was written");
        }
        if (!await PostgresLedger.InsertAsync(Connection, entry with { Findings = quality.Findings }, Cancellation)) throw Done();
    }

    private ProblemException Done() => new(
        StatusCodes.Status409Conflict, string.Create(CultureInfo.InvariantCulture, $"This request was carried out before, as landing {Write.Source.Version.LandingId}; what it was answered is kept for a day, and that is over"),
        "read the rows to see how they stand; a new request needs a new Idempotency-Key");
}
