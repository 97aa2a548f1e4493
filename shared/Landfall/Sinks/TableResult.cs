namespace Landfall.Sinks;

/// <summary>What a landing did to one table.</summary>
/// <param name="Table"><c>schema.table</c>.</param>
/// <param name="Rows">Rows inserted or updated.</param>
/// <param name="Older">Rows left as they are, because a newer source had written them (<c>upsert</c>).</param>
public sealed record TableResult(string Table, long Rows, long Older = 0)
{
    /// <summary>Rows that were not there before (<c>replace</c>; else null).</summary>
    public long? Added { get; init; }

    /// <summary>Rows that were there, by key, with other values (<c>replace</c>; else null).</summary>
    public long? Changed { get; init; }

    /// <summary>Rows that are there no more (<c>replace</c>; else null).</summary>
    public long? Removed { get; init; }

    /// <summary>Raised values that stay, because the source still shows what they were raised from (of a table with an <c>uplift</c>; else null).</summary>
    public long? UpliftKept { get; init; }

    /// <summary>Raised values that give way, because the source shows another one.</summary>
    public long? UpliftOvertaken { get; init; }

    /// <summary>By how many percent the values were raised (of an uplift; else null).</summary>
    public decimal? Percent { get; init; }
}
