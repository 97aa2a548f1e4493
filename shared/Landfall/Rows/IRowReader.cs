namespace Landfall.Rows;

/// <summary>
/// A format: yields the cells of one row after another, as UTF-8 text. Whatever the bytes are, it throws nothing but
/// <see cref="RejectException"/> (the file as a whole can not be read) and what the stream itself throws.
/// </summary>
public interface IRowReader : IAsyncDisposable
{
    /// <summary>The names in the header; null when the cells are the feed's <see cref="Contracts.Feed.Wanted"/>, in order. Called once, before the first row.</summary>
    ValueTask<IReadOnlyList<string>?> ReadHeaderAsync(CancellationToken cancellationToken);

    /// <summary>Moves to the next row; false at the end.</summary>
    ValueTask<bool> ReadAsync(CancellationToken cancellationToken);

    /// <summary>1-based line of the source where the current row starts; in a sheet its row, in Avro the record's number.</summary>
    long Line { get; }

    /// <summary>Names the current row among all of the source; grows from row to row. The line, but where one line holds several rows.</summary>
    long Position => Line;

    /// <summary>Where a person finds the current row, when its line alone does not say: <c>Sheet1!C7</c>. Null for most formats.</summary>
    string? Place => null;

    /// <summary>Cells in the current row.</summary>
    int Count { get; }

    /// <summary>A cell of the current row, unquoted; empty when it is, or when there is none. Valid until the next read.</summary>
    ReadOnlySpan<byte> Cell(int index);

    /// <summary>The current row as it stands in the source, without its line break; for the quarantine. Valid until the next read.</summary>
    ReadOnlySpan<byte> Raw { get; }

    /// <summary>Whether every cell of the current row is known to be UTF-8 without NUL, so that none has to be looked at by itself.</summary>
    bool IsText => false;

    /// <summary>What is wrong with the current row's form (a stray quote, say), or null. The row is then a reject.</summary>
    Malformation? Malformed { get; }
}
