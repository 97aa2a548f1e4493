namespace Landfall.Contracts;

/// <summary>How a CSV object is written, where it differs from RFC 4180 in UTF-8 with a header line.</summary>
public sealed record FileFormat
{
    /// <summary>The field separator, one ASCII character.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>Whether the first line names the columns. Without it, the file's columns are the contract's, in order.</summary>
    public bool Header { get; init; } = true;
}
