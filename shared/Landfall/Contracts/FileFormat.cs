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

    /// <summary>The media type of a file of this format.</summary>
    /// <param name="name">What it is called: with <c>.gz</c> behind it is packed.</param>
    public string MediaTypeOf(string name) => name.EndsWith(".gz", StringComparison.Ordinal) ? "application/gzip" : Type switch
    {
        FormatType.Csv => "text/csv",
        FormatType.Ndjson => "application/x-ndjson",
        FormatType.Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    };
}
