namespace Landfall.Contracts;

/// <summary>The formats a producer can drop.</summary>
public enum FormatType
{
    /// <summary>RFC 4180; also in gzip.</summary>
    Csv,

    /// <summary>One JSON object a line (https://github.com/ndjson/ndjson-spec); also in gzip.</summary>
    Ndjson,

    /// <summary>An Excel workbook, Office Open XML (ECMA-376).</summary>
    Xlsx,

    /// <summary>An Avro object container file (https://avro.apache.org/docs/1.12.0/specification/#object-container-files); also in gzip.</summary>
    Avro,
}
