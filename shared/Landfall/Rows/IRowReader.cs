namespace Landfall.Rows;

/// <summary>
/// A format: yields the cells of one row after another, as UTF-8 text. Whatever the bytes are, it throws nothing but
/// <see cref="RejectException"/> (the file as a whole can not be read) and what the stream itself throws.
/// </summary>
public interface IRowReader : IAsyncDisposable
{
    /// <summary>The names in the header; null when the file has none. Called once, before the first row.</summary>
    ValueTask<IReadOnlyList<string>?> ReadHeaderAsync(CancellationToken cancellationToken);

    /// <summary>Moves to the next row; false at the end.</summary>
    ValueTask<bool> ReadAsync(CancellationToken cancellationToken);

    /// <summary>1-based line of the source where the current row starts.</summary>
    long Line { get; }

    /// <summary>Cells in the current row.</summary>
    int Count { get; }

    /// <summary>A cell of the current row, unquoted; empty when it is. Valid until the next read.</summary>
    ReadOnlySpan<byte> Cell(int index);

    /// <summary>The current row as it stands in the source, without its line break; for the quarantine. Valid until the next read.</summary>
    ReadOnlySpan<byte> Raw { get; }

    /// <summary>What is wrong with the current row's form (a stray quote, say), or null.</summary>
    string? Malformed { get; }
}
