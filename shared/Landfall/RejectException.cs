namespace Landfall;

/// <summary>
/// The data is wrong as a whole (one bad row is a <see cref="Rows.Reject"/> instead): the source is refused, with a receipt, and the event is
/// answered with 2xx, because trying again would find the same.
/// </summary>
public sealed class RejectException(string message, string? hint = null, long line = 0, string? column = null, string rule = "file", Exception? inner = null)
    : LandingException(message, hint, inner)
{
    /// <summary>1-based line of the source; 0 when the whole source is meant.</summary>
    public long Line { get; } = line;

    /// <summary>The column at fault, or null.</summary>
    public string? Column { get; } = column;

    /// <summary>The rule that was broken, by its name in the contract: <c>header</c>, <c>maxRejectedPercent</c>, <c>gzip</c>…</summary>
    public string Rule { get; } = rule;

    /// <summary>The rows it is about, where those are not of the source: they go into quarantine beside the reason.</summary>
    public IReadOnlyList<Rows.Reject> Rows { get; init; } = [];
}
