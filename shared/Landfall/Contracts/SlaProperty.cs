namespace Landfall.Contracts;

/// <summary>What a dataset's owner promises: one entry of ODCS <c>slaProperties[]</c>, as written.</summary>
public sealed record SlaProperty
{
    /// <summary>The <see cref="Property"/> that says how often files come; with a cron schedule it is <see cref="Contract.Schedule"/>.</summary>
    public const string Frequency = "frequency";

    /// <summary>The <see cref="Property"/> that says how long rows are kept: <see cref="Contract.Retention"/>.</summary>
    public const string Retention = "retention";

    /// <summary>The <see cref="Property"/> that says how soon after its schedule a file has landed: <see cref="Contract.Latency"/>.</summary>
    public const string Latency = "latency";

    /// <summary>What is promised: <c>frequency</c>, <c>retention</c>, <c>latency</c>…</summary>
    public required string Property { get; init; }

    /// <summary>A text, number or truth value, as it stands in the file.</summary>
    public required string Value { get; init; }

    /// <summary>The end of a range that <see cref="Value"/> begins, or whatever else the property needs.</summary>
    public string? ValueExt { get; init; }

    public string? Unit { get; init; }

    /// <summary>Which table or column is meant, in ODCS' notation.</summary>
    public string? Element { get; init; }

    public string? Description { get; init; }

    /// <summary>What runs on the <see cref="Schedule"/>.</summary>
    public string? Scheduler { get; init; }

    public string? Schedule { get; init; }
}
