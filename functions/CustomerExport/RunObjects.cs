using Landfall.Cloud;
using Landfall.Hosting;
using Microsoft.Extensions.Logging;

namespace Landfall.Functions;

/// <summary>The runs' objects: Bloomreach's answers, byte for byte. One comes into being once, and only of an answer that is whole and says success.</summary>
public sealed class RunObjects(CloudStorage storage, BloomreachClient bloomreach, Settings settings, ILogger<CustomerExport> log)
{
    /// <summary>The bucket without the deployment's prefix.</summary>
    private const string Bucket = "exports";

    /// <returns>The run's object. When it is there already, nothing is asked of Bloomreach.</returns>
    /// <exception cref="RetryException">There is none, and none could be made.</exception>
    public async Task<StoredObject> GetOrBringAsync(Run run, CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Export);
        var bucket = settings.Bucket(Bucket);
        if (await storage.GetAsync(bucket, run.ObjectName, cancellationToken: cancellationToken) is { } there)
        {
            ExportLog.IsThere(log, there.Identity);
            return there;
        }
        // Of two ticks at once one writes.
        await using var writer = storage.OpenWrite(bucket, run.ObjectName, "application/json", ifGenerationMatch: 0);
        var rows = await BringAsync(run, writer, cancellationToken);
        if (await writer.CompleteAsync(cancellationToken) is { } made)
        {
            ExportLog.Exported(log, made.Identity, rows, made.Size);
            return made;
        }
        return await storage.GetAsync(bucket, run.ObjectName, cancellationToken: cancellationToken)
            ?? throw new RetryException($"gs://{bucket}/{run.ObjectName} was written by another tick, and is gone");
    }

    private async Task<long> BringAsync(Run run, ObjectWriter writer, CancellationToken cancellationToken)
    {
        // The other half of the time is for the export itself, and for its pages.
        await using var body = await bloomreach.ExportCustomersAsync(run.At, settings.Timeout / 2, cancellationToken);
        var reader = new ExportReader(new TeeStream(body, writer));
        try
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                // All rows are looked at before the first is published.
            }
        }
        catch (IOException e)
        {
            // HttpClient's words may name the request.
            throw new RetryException($"Bloomreach's export broke off after {reader.Position} bytes and {reader.Rows} customers: {bloomreach.Redact(e.Message)}");
        }
        catch (BadExportException e)
        {
            throw new RetryException($"Bloomreach's export can not be read: {e.Message}", "Nothing was published. If it goes on, ask Bloomreach; the export's format is 'table_json' or 'native_json'.");
        }
        if (reader.Success == true) return reader.Rows;
        throw new RetryException(
            $"Bloomreach's export {(reader.Success is null ? "does not say that it succeeded" : "says that it failed")}{(bloomreach.Explain(reader.Error) is { } words ? ": " + words : "")}",
            "Nothing was published. If it goes on, ask Bloomreach.");
    }
}
