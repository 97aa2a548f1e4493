using CsvHelper;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Landings;

namespace Landfall.Operations;

/// <summary>Takes the rows of a key out of a contract's quarantine in its bucket: each object is written anew without them, and its old version deleted for good.</summary>
internal sealed class QuarantineEraser(CloudStorage storage, Settings settings)
{
    /// <returns>Rows that went, and objects that were written anew or deleted.</returns>
    public async Task<(long Rows, long Objects)> EraseAsync(Contract contract, RejectedRow key, CancellationToken cancellationToken)
    {
        var (rows, objects) = (0L, 0L);
        await foreach (var found in storage.ListAsync(settings.Bucket(LandingNames.Rejects), $"{contract.Id}/", cancellationToken).ConfigureAwait(false))
        {
            var gone = found.Name.EndsWith(".csv", StringComparison.Ordinal)
                ? await FilterAsync(found, key, cancellationToken).ConfigureAwait(false)
                : await HoldsAsync(found, key, cancellationToken).ConfigureAwait(false) && await storage.DeleteAsync(found.Bucket, found.Name, found.Generation, cancellationToken).ConfigureAwait(false) ? 1 : 0;
            if (gone == 0) continue;
            rows += gone;
            objects++;
        }
        return (rows, objects);
    }

    private async Task<long> FilterAsync(StoredObject found, RejectedRow key, CancellationToken cancellationToken)
    {
        if (await CountAsync(found, key, null, cancellationToken).ConfigureAwait(false) is not (> 0 and var gone)) return 0;
        var written = storage.OpenWrite(found.Bucket, found.Name, "text/csv; charset=utf-8", ifGenerationMatch: found.Generation);
        await using (written.ConfigureAwait(false))
        {
            var csv = CsvWriter.Create(written, new CsvWriterOptions(), leaveOpen: true);
            await using (csv.ConfigureAwait(false))
            {
                await CountAsync(found, key, csv, cancellationToken).ConfigureAwait(false);
                await csv.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
            if (await written.CompleteAsync(cancellationToken).ConfigureAwait(false) is null) throw new RetryException($"{found.Identity} has just been written to", "say it again");
        }
        await storage.DeleteAsync(found.Bucket, found.Name, found.Generation, cancellationToken).ConfigureAwait(false);
        return gone;
    }

    /// <summary>How many rows speak of the key; the others are written.</summary>
    private async Task<long> CountAsync(StoredObject found, RejectedRow key, CsvWriter? rest, CancellationToken cancellationToken)
    {
        var stream = await storage.OpenReadAsync(found, cancellationToken).ConfigureAwait(false);
        if (stream is null) return 0;
        await using (stream.ConfigureAwait(false))
        {
            using var csv = CsvReader.Create(stream, new CsvReaderOptions { HasHeader = false });
            var count = 0L;
            while (await csv.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var cells = Enumerable.Range(0, csv.FieldCount).Select(csv.GetString).ToList();
                if (cells.Count > 5 && key.Is(cells[1], cells[3], cells[5]))
                {
                    count++;
                    continue;
                }
                if (rest is null) continue;
                foreach (var cell in cells) rest.WriteField(cell);
                await rest.EndRecordAsync(cancellationToken).ConfigureAwait(false);
            }
            return count;
        }
    }

    /// <summary>Whether the copy of a refused file speaks of the key; one that is no text may.</summary>
    private async Task<bool> HoldsAsync(StoredObject found, RejectedRow key, CancellationToken cancellationToken)
    {
        var stream = await storage.OpenReadAsync(found, cancellationToken).ConfigureAwait(false);
        if (stream is null) return false;
        await using (stream.ConfigureAwait(false))
        {
            using var text = new StreamReader(stream);
            while (await text.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                if (line.Contains('\0', StringComparison.Ordinal) || line.Contains('\uFFFD', StringComparison.Ordinal) || key.IsLine(line)) return true;
            }
            return false;
        }
    }
}
