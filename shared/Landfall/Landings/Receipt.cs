using Landfall.Cloud;
using Landfall.Rows;
using Landfall.Sinks;

namespace Landfall.Landings;

/// <summary>What the producer reads: one JSON object a source, made of the ledger's entry alone, so that whoever writes it writes the same.</summary>
public sealed record Receipt
{
    /// <summary><c>landed</c>, <c>superseded</c>, <c>refused</c>, <c>unclaimed</c> or <c>vanished</c>; of an uplift <c>uplifted</c> or <c>undone</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary><c>bucket/name#generation</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Null when no contract claims the source.</summary>
    public string? Contract { get; init; }

    public string? ContractVersion { get; init; }

    /// <summary>The rows' <c>_landing_id</c>, as text: JSON numbers end at 2^53.</summary>
    public string? LandingId { get; init; }

    public ReceiptRows? Rows { get; init; }

    public IReadOnlyList<TableResult>? Tables { get; init; }

    /// <summary>Where the rejected rows are, <c>gs://…</c>.</summary>
    public string? Rejects { get; init; }

    /// <summary>The first rejects, without values.</summary>
    public IReadOnlyList<Reject>? Reasons { get; init; }

    /// <summary>What is strange about the data, and did not keep it from landing; null for nothing.</summary>
    public IReadOnlyList<Finding>? Findings { get; init; }

    /// <summary>Why nothing landed.</summary>
    public string? Reason { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Hint { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    internal static Receipt Of(LedgerEntry entry) => new()
    {
        Outcome = Word(entry.Outcome),
        Source = entry.Source.Version.Identity,
        Contract = entry.Source.Contract.Id.Name,
        ContractVersion = entry.ContractVersion,
        LandingId = $"{entry.Source.Version.LandingId}",
        Rows = new(entry.RowsRead, entry.RowsLanded, entry.RowsRejected, entry.RowsCollapsed),
        Tables = entry.Tables,
        Rejects = entry.Rejects,
        Reasons = entry.Reasons,
        Findings = entry.Findings.Count == 0 ? null : entry.Findings,
        Reason = entry.Reason,
        Hint = entry.Hint,
        StartedAt = entry.StartedAt,
        FinishedAt = entry.FinishedAt,
    };

    internal static Receipt Unclaimed(StoredObject version, string reason, string hint, DateTimeOffset now) =>
        new() { Outcome = Word(Sinks.Outcome.Unclaimed), Source = version.Identity, Reason = reason, Hint = hint, StartedAt = now, FinishedAt = now };

    /// <summary>Of a source that a job lands; written nowhere.</summary>
    internal const string HandedOver = "handed over";

    internal static Receipt Of(Source source, DateTimeOffset since, DateTimeOffset now) => new()
    {
        Outcome = HandedOver, Source = source.Version.Identity, Contract = source.Contract.Id.Name, Reason = $"it is landed by a job since {since:yyyy-MM-dd HH:mm:ss}Z", StartedAt = since, FinishedAt = now,
    };

    private static string Word(Outcome outcome) => outcome switch
    {
        Sinks.Outcome.Landed => "landed",
        Sinks.Outcome.Superseded => "superseded",
        Sinks.Outcome.Refused => "refused",
        Sinks.Outcome.Unclaimed => "unclaimed",
        Sinks.Outcome.Vanished => "vanished",
        Sinks.Outcome.Uplifted => "uplifted",
        Sinks.Outcome.Undone => "undone",
        Sinks.Outcome.Erased => "erased",
        _ => "already landed",
    };
}
