namespace Landfall.Contracts;

/// <summary>
/// What BigQuery calls the encodings that it reads itself: <c>CsvOptions.encoding</c> and <c>JsonOptions.encoding</c> of
/// https://cloud.google.com/bigquery/docs/reference/rest/v2/tables.
/// </summary>
internal static class ExternalEncoding
{
    private static readonly Dictionary<string, string> Names = new() { [TextEncodings.Utf8] = "UTF-8", ["utf-16"] = "UTF-16LE", ["utf-16be"] = "UTF-16BE", ["iso-8859-1"] = "ISO-8859-1" };

    /// <summary>BigQuery's name of a format's encoding; <c>UTF-8</c> where the format says itself how text is written, null where BigQuery does not read it.</summary>
    public static string? Of(FileFormat format) => format.Type switch
    {
        FormatType.Avro or FormatType.Xlsx => "UTF-8",
        FormatType.Ndjson when format.Encoding == "iso-8859-1" => null,
        _ => Names.GetValueOrDefault(format.Encoding),
    };

    /// <summary>Those that are read, for a message.</summary>
    public static string Known(FormatType type) => type == FormatType.Csv ? "utf-8, utf-16, utf-16be or iso-8859-1" : "utf-8, utf-16 or utf-16be";
}
