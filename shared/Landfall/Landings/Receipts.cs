using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;

namespace Landfall.Landings;

/// <summary>The bucket of receipts, for those who wait for one.</summary>
public sealed class Receipts(CloudStorage storage, Settings settings, TimeProvider clock)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromSeconds(3);

    /// <returns>The receipt of an object version; null while there is none.</returns>
    public async Task<Receipt?> FindAsync(Contract contract, StoredObject version, CancellationToken cancellationToken)
    {
        if (await storage.GetAsync(settings.Bucket(LandingNames.Receipts), LandingNames.Receipt(contract.Id.Name, version), cancellationToken: cancellationToken).ConfigureAwait(false) is not { } stored) return null;
        var stream = await storage.OpenReadAsync(stored, cancellationToken).ConfigureAwait(false);
        if (stream is null) return null;
        await using (stream.ConfigureAwait(false))
        {
            return await ReceiptJson.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks again and again, more and more seldom.</summary>
    /// <returns>Null when none came in time.</returns>
    public async Task<Receipt?> WaitAsync(Contract contract, StoredObject version, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        for (var pause = First; ; pause = pause * 1.5 < Longest ? pause * 1.5 : Longest)
        {
            if (await FindAsync(contract, version, cancellationToken).ConfigureAwait(false) is { } receipt) return receipt;
            if (clock.GetElapsedTime(began) + pause > patience) return null;
            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
