namespace Landfall.Rows;

/// <summary>
/// Stands between a CSV file and its parser, which keeps a whole row and the place of each of its cells in memory: refuses the row that is too much.
/// </summary>
internal sealed class CsvGuard(Stream source, char delimiter) : ForwardStream(source)
{
    /// <summary>The most the parser gets at once, so that what a row has is looked at before all of it is in memory.</summary>
    private const int Portion = 256 * 1024;

    private readonly byte _delimiter = (byte)delimiter;
    private int _bytes;
    private int _cells;

    /// <summary>The most bytes of the next row.</summary>
    public int MaxBytes { get; set; } = RowReaders.MaxRowBytes;

    /// <summary>The most cells of the next row; delimiters in quotes are counted, too.</summary>
    public int MaxCells { get; set; } = 2_000_000;

    /// <summary>What the row that was refused had too much of, or null.</summary>
    public string? Excess { get; private set; }

    /// <summary>A row has been read: whatever is read from now on belongs to the next.</summary>
    public void Next() => (_bytes, _cells) = (0, 0);

    public override int Read(Span<byte> buffer)
    {
        Check();
        return Counted(buffer[..Source.Read(buffer[..Math.Min(buffer.Length, Portion)])]);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Check();
        var read = await Source.ReadAsync(buffer[..Math.Min(buffer.Length, Portion)], cancellationToken).ConfigureAwait(false);
        return Counted(buffer.Span[..read]);
    }

    /// <summary>The parser asks for more only when the row does not end in what it has: all that was read since <see cref="Next"/> is that row's.</summary>
    private void Check()
    {
        if (_bytes >= MaxBytes) Excess = $"is longer than {(MaxBytes >= 1 << 20 ? $"{MaxBytes >> 20} MiB" : $"{MaxBytes >> 10} KiB")}";
        else if (_cells > MaxCells) Excess = $"has more than {MaxCells} cells";
        if (Excess is not null) throw new InvalidDataException(Excess);
    }

    private int Counted(ReadOnlySpan<byte> read)
    {
        _bytes += read.Length;
        _cells += read.Count(_delimiter);
        return read.Length;
    }
}
