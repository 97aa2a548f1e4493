using Landfall.Rows;

namespace Landfall.Sinks;

/// <summary>One row of the ledger <c>landfall.landings</c>: the terminal outcome of one source, and all a receipt needs.</summary>
public sealed record LedgerEntry
{
    /// <summary>How many rejects an entry quotes; the quarantine object has them all.</summary>
    public const int MaxReasons = 10;

    public required Source Source { get; init; }

    /// <summary>The version of the contract it was checked against.</summary>
    public required string ContractVersion { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>The attempt that won: staging and quarantine objects carry its id.</summary>
    public required Guid Attempt { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>Rows in the source.</summary>
    public long RowsRead { get; init; }

    /// <summary>Rows of the source that are in the tables: read, less rejected and collapsed.</summary>
    public long RowsLanded { get; init; }

    /// <summary>Rows in quarantine.</summary>
    public long RowsRejected { get; init; }

    /// <summary>Rows that repeat another row of the source exactly, in a table with a key.</summary>
    public long RowsCollapsed { get; init; }

    public IReadOnlyList<TableResult> Tables { get; init; } = [];

    /// <summary>The quarantine object, <c>gs://…</c>; null when nothing was rejected.</summary>
    public string? Rejects { get; init; }

    /// <summary>Why the source was refused, superseded or vanished; null when it landed.</summary>
    public string? Reason { get; init; }

    /// <summary>What the producer can do about <see cref="Reason"/>.</summary>
    public string? Hint { get; init; }

    /// <summary>Quality rules of severity warning that do not hold.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>The first rejects, without values.</summary>
    public IReadOnlyList<Reject> Reasons { get; init; } = [];
}
