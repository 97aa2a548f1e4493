using Landfall.Contracts;

namespace Landfall.Rows;

/// <summary>What the first bytes of a file say that it is.</summary>
internal static class FileStart
{
    /// <summary>Bytes that are enough to know.</summary>
    public const int Length = 4;

    /// <summary>RFC 1952, section 2.3.1.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> start) => start.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]);

    /// <summary>The encoding in which a text file is to be read.</summary>
    /// <exception cref="RejectException">The file is no text, or has the byte order mark of an encoding that is not the contract's.</exception>
    public static string Encoding(ReadOnlySpan<byte> start, FileFormat format)
    {
        var word = format.Type == FormatType.Csv ? "CSV" : "NDJSON";
        if (Binary(start) is { } other)
            throw new RejectException($"the file is {other}, and the contract expects {word}", $"drop it as {word}, or give the contract the format that it is in", rule: "format");
        if (Mark(start) is not { } mark || mark == format.Encoding) return format.Encoding;
        // RFC 2781, section 4.3: in "utf-16" the mark says which of the two it is.
        if (mark == "utf-16be" && format.Encoding == "utf-16") return mark;
        var known = TextEncodings.Names.Contains(mark, StringComparer.Ordinal);
        throw new RejectException($"the file begins like {mark}, and the contract says {format.Encoding}",
            known ? $"save it as {format.Encoding}, or say format: {{ encoding: {mark} }} in the contract" : $"save it as {format.Encoding}", rule: "encoding");
    }

    private static string? Binary(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("PK\x03\x04"u8)) return "a ZIP archive or an Excel workbook";
        if (start.StartsWith("Obj\x01"u8)) return "an Avro file";
        if (start.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0])) return "an Excel workbook of the old kind (.xls)";
        if (start.StartsWith("PAR1"u8)) return "a Parquet file";
        return start.StartsWith("%PDF"u8) ? "a PDF" : null;
    }

    /// <summary>By its byte order mark; or, without one, by the NULs that every other byte of UTF-16 is in a text that begins with ASCII.</summary>
    private static string? Mark(ReadOnlySpan<byte> start) => start switch
    {
        [0xEF, 0xBB, 0xBF, ..] => TextEncodings.Utf8,
        [0xFF, 0xFE, 0, 0] or [0, 0, 0xFE, 0xFF] => "utf-32",
        [0xFF, 0xFE, ..] or [not 0, 0, not 0, 0] => "utf-16",
        [0xFE, 0xFF, ..] or [0, not 0, 0, not 0] => "utf-16be",
        _ => null,
    };
}
