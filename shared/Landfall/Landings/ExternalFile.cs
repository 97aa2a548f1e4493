using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Sinks;

namespace Landfall.Landings;

/// <summary>
/// What a file must be besides when its table is external: BigQuery reads it by itself, and what it would read otherwise than a landing refuses the file
/// (https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#ExternalDataConfiguration).
/// </summary>
internal static class ExternalFile
{
    /// <param name="source">Of a contract with an external table.</param>
    /// <param name="file">From its first byte; disposed if it is refused.</param>
    /// <returns>The same, from its first byte.</returns>
    /// <exception cref="RejectException">BigQuery would pass it over, or not understand it.</exception>
    public static async Task<Stream> CheckAsync(Source source, Stream file, CancellationToken cancellationToken)
    {
        var whole = file;
        try
        {
            (var start, whole) = await RowReaders.PeekAsync(file, cancellationToken).ConfigureAwait(false);
            CheckCompression(source, FileStart.IsGzip(start), start.Length == 0);
            return whole;
        }
        catch
        {
            await whole.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>BigQuery finds the cells of CSV by their places, whatever the header calls them.</summary>
    /// <param name="feed">The contract's.</param>
    /// <param name="header">The file's column names, which are the contract's in any order; null when it has none.</param>
    /// <exception cref="RejectException">They stand in another order.</exception>
    public static void CheckOrder(Feed feed, IReadOnlyList<string>? header)
    {
        if (header is null) return;
        for (var i = 0; i < feed.Wanted.Count; i++)
        {
            if (header[i].Trim() == feed.Wanted[i]) continue;
            throw new RejectException($"the header names '{RowBinder.Shown(header[i].Trim())}' as column {i + 1}, where BigQuery reads '{feed.Wanted[i]}': it goes by the order of the contract",
                $"write the columns in this order, and others, if any, behind them: {string.Join(",", feed.Wanted)}", line: 1, feed.Wanted[i], rule: "header");
        }
    }

    private static void CheckCompression(Source source, bool isGzip, bool isEmpty)
    {
        var pattern = source.Contract.Object!;
        if (isGzip && !pattern.IsCompressed)
            throw new RejectException("the file is compressed with gzip, and BigQuery reads it as it lies: as the contract says, uncompressed", "drop it uncompressed; or let the contract's object end in .gz, and compress all", rule: "gzip");
        if (!isGzip && pattern.IsCompressed && !isEmpty)
            throw new RejectException("the file is not compressed, and BigQuery reads it as the contract's object says: with gzip", "compress it with gzip", rule: "gzip");
        // Who checks a file before it is pushed has it by that name, too.
        if (source.Version.Name.EndsWith(".gz", StringComparison.Ordinal) && !pattern.IsCompressed && !pattern.Text.EndsWith('*'))
            throw new RejectException($"its name ends in .gz, and BigQuery reads those that are like {pattern.Wildcard}", "drop it without .gz behind the name", rule: "gzip");
    }
}
