using System.Text;
using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Landings.Files;

/// <summary>The rejected rows of a file as a file of the same kind: to be mended, and sent alone. It comes into being with the first of them.</summary>
/// <param name="path">Where; nothing may be there.</param>
/// <param name="contract">Whose file it is: CSV or NDJSON.</param>
/// <param name="header">The file's column names; null where it has none.</param>
public sealed class MendingFile(string path, Contract contract, IReadOnlyList<string>? header) : IDisposable
{
    private FileStream? _file;

    /// <summary>Rows in it.</summary>
    public long Rows { get; private set; }

    /// <summary>Whether rows of a format can be taken out of it: they are lines.</summary>
    public static bool Takes(FormatType format) => format is FormatType.Csv or FormatType.Ndjson;

    /// <summary>The column names of a file; null where it has none.</summary>
    /// <exception cref="RejectException">It can not be read.</exception>
    public static async Task<IReadOnlyList<string>?> HeaderAsync(Contract contract, Stream content, CancellationToken cancellationToken)
    {
        await using var reader = await RowReaders.OpenAsync(content, contract.Format, contract.Feeds[0], contract.UnknownColumns, cancellationToken).ConfigureAwait(false);
        return await reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="IOException">The file is there already, or can not be written.</exception>
    public void Add(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty) return;
        if (_file is null)
        {
            _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            if (header is not null) Write(Encoding.UTF8.GetBytes(string.Join(contract.Format.Delimiter, header.Select(Quoted))));
        }
        Write(raw);
        Rows++;
    }

    public void Dispose() => _file?.Dispose();

    private void Write(ReadOnlySpan<byte> line)
    {
        if (contract.Format.Encoding == TextEncodings.Utf8)
        {
            // As it is, however broken: it is what somebody is to mend.
            _file!.Write(line);
            _file.Write("\n"u8);
            return;
        }
        var encoding = (Encoding)TextEncodings.Find(contract.Format.Encoding).Clone();
        encoding.EncoderFallback = EncoderFallback.ReplacementFallback;
        _file!.Write(encoding.GetBytes($"{Encoding.UTF8.GetString(line)}\n"));
    }

    private string Quoted(string name) =>
        name.AsSpan().ContainsAny(contract.Format.Delimiter, '"', '\n') ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}
