namespace Landfall.Contracts;

/// <summary>How an object is written.</summary>
public sealed record FileFormat
{
    public FormatType Type { get; init; } = FormatType.Csv;

    /// <summary>CSV: the field separator, one ASCII character.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>CSV: whether the first line names the columns. Without it, the file's columns are the contract's, in order.</summary>
    public bool Header { get; init; } = true;

    /// <summary>CSV and NDJSON: how characters are bytes, one of <see cref="TextEncodings.Names"/>.</summary>
    public string Encoding { get; init; } = TextEncodings.Utf8;
}
