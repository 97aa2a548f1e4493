using Landfall.Rows;
using Microsoft.AspNetCore.Http;

namespace Landfall.Hosting;

/// <summary>What became of an event, and so what its sender hears.</summary>
/// <param name="Outcome">One word, for metrics.</param>
/// <param name="Status">The HTTP status: 2xx ends the event, anything else has the platform deliver it again.</param>
/// <param name="Detail">A sentence for the sender; null on success.</param>
/// <param name="Hint">What a person can do about it, or null.</param>
internal sealed record Verdict(string Outcome, int Status, string? Detail = null, string? Hint = null)
{
    /// <summary>The rows that it is about, for the sender.</summary>
    public IReadOnlyList<Reject> Rows { get; init; } = [];

    public static readonly Verdict Done = new("done", StatusCodes.Status204NoContent);

    /// <summary>An event of a kind that needs nothing done.</summary>
    public static readonly Verdict Ignored = new("ignored", StatusCodes.Status204NoContent);

    /// <summary>The data is wrong: trying again would find the same.</summary>
    public static readonly Verdict Rejected = new("rejected", StatusCodes.Status204NoContent);

    /// <summary>What the exception says is for the log: it may know more than a sender should.</summary>
    public static readonly Verdict Failed = new("failed", StatusCodes.Status503ServiceUnavailable, "The function failed; its log says why.");

    public static Verdict Retry(string detail, string? hint = null) => new("retry", StatusCodes.Status503ServiceUnavailable, detail, hint);

    public static Verdict Unreadable(string detail, int status = StatusCodes.Status400BadRequest) => new("unreadable", status, detail);

    public static Verdict Unauthorized(string detail, int status) => new("unauthorized", status, detail);

    /// <summary>The same for a program that runs one event: sysexits' EX_OK, EX_TEMPFAIL and EX_DATAERR.</summary>
    public int ExitCode => Status switch
    {
        < 300 => 0,
        >= 500 => 75,
        _ => 65,
    };
}
