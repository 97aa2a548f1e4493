using Landfall.Cloud;
using Landfall.Runs;
using Microsoft.Extensions.Logging;

namespace Landfall.Functions;

/// <summary>Cuts a run's object into pages and publishes them: what is cut depends on the object alone, so a restart publishes the same messages again.</summary>
public sealed class PagePublisher(CloudStorage storage, PubSubClient topics, ILogger<CustomerExport> log)
{
    /// <summary>Bytes of a page's rows beyond which none is added: what an insert of them may hold is 10 MB.</summary>
    private const int PageBytes = 1 << 20;

    /// <summary>Pages published by one request, unless <see cref="BatchBytes"/> are reached before.</summary>
    private const int BatchPages = 100;

    private const int BatchBytes = 4 << 20;

    /// <exception cref="RetryException">Not all is published; the last message, <c>complete</c>, surely is not.</exception>
    public async Task PublishAsync(Run run, StoredObject export, string topic, CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Publish);
        try
        {
            await CutAsync(run, export, topic, cancellationToken);
        }
        catch (BadExportException e)
        {
            // The same reader has taken it before: somebody else has written the object.
            throw new RetryException(
                $"{export} is no export of Bloomreach's: {e.Message}", "The run is never completed. Delete the object, and the next tick of the same time exports anew; or let the next run overtake it.");
        }
    }

    private async Task CutAsync(Run run, StoredObject export, string topic, CancellationToken cancellationToken)
    {
        var columns = await ColumnsAsync(export, cancellationToken);
        var reader = new ExportReader(await OpenAsync(export, cancellationToken));
        await using (reader)
        {
            var (pages, bytes, batched) = (0, 0, 0);
            var rows = new List<ReadOnlyMemory<byte>>(Pages.MaxRows);
            var batch = new List<Publication>(BatchPages);
            while (await reader.ReadAsync(cancellationToken))
            {
                if (rows.Count == Pages.MaxRows || bytes + reader.Row.Length > PageBytes) await CloseAsync();
                rows.Add(reader.Row.ToArray());
                bytes += reader.Row.Length;
            }
            if (reader.Success != true) throw new BadExportException("it does not say success");
            await CloseAsync();
            await FlushAsync();
            await topics.PublishAsync(topic, [RunMessages.Write(new CompleteMessage { Contract = run.Contract, Run = run.Id, At = run.At, Generation = export.Generation, Pages = pages, Rows = reader.Rows })], cancellationToken);
            ExportLog.Published(log, run.Id, reader.Rows, pages, topic);

            async Task CloseAsync()
            {
                if (rows.Count == 0) return;
                var page = RunMessages.Write(new PageMessage { Contract = run.Contract, Run = run.Id, At = run.At, Generation = export.Generation, Page = ++pages, Columns = columns, Rows = rows });
                rows.Clear();
                bytes = 0;
                if (batch.Count == BatchPages || batched + page.Data.Length > BatchBytes) await FlushAsync();
                batch.Add(page);
                batched += page.Data.Length;
            }

            async Task FlushAsync()
            {
                if (batch.Count > 0) await topics.PublishAsync(topic, batch, cancellationToken);
                batch.Clear();
                batched = 0;
            }
        }
    }

    /// <summary>The header, which each page repeats and which may stand behind the rows.</summary>
    private async Task<IReadOnlyList<string>> ColumnsAsync(StoredObject export, CancellationToken cancellationToken)
    {
        var reader = new ExportReader(await OpenAsync(export, cancellationToken));
        await using (reader)
        {
            while (reader.Columns is null && await reader.ReadAsync(cancellationToken))
            {
                // It comes before the first row, or after the last.
            }
            return reader.Columns!;
        }
    }

    private async Task<Stream> OpenAsync(StoredObject export, CancellationToken cancellationToken) =>
        await storage.OpenReadAsync(export, cancellationToken) ?? throw new RetryException($"{export} is gone", "The next tick of the same time exports anew.");
}
