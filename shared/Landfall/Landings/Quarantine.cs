using System.Text;
using Landfall.Rows;
using Landfall.Sinks;

namespace Landfall.Landings;

/// <summary>
/// The rejected rows of one attempt: line, column, rule, value, reason, and the row as it stood in the source. Streamed, however many there are; what is written is there
/// by <see cref="CompleteAsync"/> only.
/// </summary>
internal abstract class Quarantine : IAsyncDisposable
{
    /// <summary>Of one row: no one reads more of it, and the source has the rest.</summary>
    private const int MaxRawBytes = 64 * 1024;

    private readonly List<Reject> _first = [];

    /// <summary>Rows rejected so far.</summary>
    public long Count { get; private set; }

    /// <summary>The first of them, without their values: what a receipt and the ledger may show.</summary>
    public IReadOnlyList<Reject> First => _first;

    /// <summary>Where they are; null while nothing was rejected.</summary>
    public abstract string? Uri { get; }

    /// <summary>A row as its reader sees it: what is too long is cut, and says so.</summary>
    public static string Shown(ReadOnlySpan<byte> raw) =>
        raw.Length <= MaxRawBytes ? Encoding.UTF8.GetString(raw) : $"{Encoding.UTF8.GetString(raw[..MaxRawBytes])}… (cut; the row has {raw.Length} bytes)";

    /// <param name="reject">What is wrong.</param>
    /// <param name="raw">The row as it stands in the source; bytes that are no UTF-8 become U+FFFD.</param>
    public Task AddAsync(Reject reject, ReadOnlySpan<byte> raw, CancellationToken cancellationToken)
    {
        Count++;
        if (_first.Count < LedgerEntry.MaxReasons) _first.Add(reject with { Value = null });
        return WriteAsync(reject, raw, cancellationToken);
    }

    /// <summary>Makes what was written appear, if there is anything.</summary>
    public abstract Task CompleteAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    private protected abstract Task WriteAsync(Reject reject, ReadOnlySpan<byte> raw, CancellationToken cancellationToken);
}
