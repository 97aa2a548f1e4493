using System.Text;

namespace Landfall.Contracts.Reading;

/// <summary>A view's query in a file of its own, beside the contract.</summary>
internal static class QueryFile
{
    private const string Extension = ".sql";

    /// <summary>BigQuery's longest view is 256 K characters; nobody writes a tenth of it.</summary>
    private const int MaxBytes = 100_000;

    /// <returns>Null when there is none to read; the log says why.</returns>
    public static string? Read(YamlMap map, string folder, string file)
    {
        const string word = "query";
        if (!IsName(file))
        {
            map.Fault(word, $"is {Spelling.Shown(file)}; expected the name of a {Extension} file beside the contract", "Its name has letters, digits, '_', '-' and '.', and it is in no other folder");
            return null;
        }
        try
        {
            using var stream = File.OpenRead(Path.Combine(folder, file));
            var bytes = new byte[MaxBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MaxBytes)
            {
                map.Fault(word, $"is '{file}', which has more than {MaxBytes} bytes");
                return null;
            }
            var query = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.AsSpan(0, length)).TrimStart('\ufeff').Trim();
            if (query.Length > 0 && !query.Contains('\0', StringComparison.Ordinal)) return query;
            map.Fault(word, $"is '{file}', which {(query.Length == 0 ? "is empty" : "holds a NUL")}", "Write one SELECT into it");
        }
        catch (DecoderFallbackException)
        {
            map.Fault(word, $"is '{file}', which is not UTF-8", "Save the file as UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            map.Fault(word, $"is '{file}', which can not be read: {e.Message.TrimEnd('.')}", "It stands beside the contract");
        }
        return null;
    }

    private static bool IsName(string file) =>
        file.EndsWith(Extension, StringComparison.Ordinal) && file.Length is > 4 and < 128 && file[0] != '.'
        && file.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}
