using System.IO.Compression;
using Landfall.Contracts;

namespace Landfall.Rows;

/// <summary>Opens the reader of an object's format; gzip, by its first two bytes, around any of them.</summary>
public static class RowReaders
{
    private const string StrictValidation = "System.IO.Compression.UseStrictValidation";

    /// <param name="stream">The object's bytes as stored; disposed with the reader.</param>
    public static async Task<IRowReader> OpenAsync(Stream stream, FileFormat format, CancellationToken cancellationToken)
    {
        try
        {
            var head = new byte[2];
            var read = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            Stream whole = new PrefixedStream(head.AsMemory(0, read), stream);
            if (read == 2 && head[0] == 0x1f && head[1] == 0x8b) whole = Gunzip(whole);
            return new CsvRowReader(whole, format);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Refuses to work in a program in which a truncated file would pass for a whole one: the switch is in Directory.Build.props.</summary>
    private static GZipStream Gunzip(Stream packed) =>
        AppContext.TryGetSwitch(StrictValidation, out var strict) && strict
            ? new GZipStream(packed, CompressionMode.Decompress)
            : throw new InvalidOperationException($"This program must set the runtime option {StrictValidation} to true: without it a gzip file that was cut short loses rows in silence.");
}
