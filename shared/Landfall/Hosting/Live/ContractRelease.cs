using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Hosting.Live;

/// <summary>The contracts in use.</summary>
/// <param name="Contracts">They.</param>
/// <param name="Stamp">Of the <see cref="ContractListing"/> that they were read from; null for a folder's, which stay as they are.</param>
internal sealed record ContractRelease(ContractSet Contracts, string? Stamp)
{
    /// <summary>Beyond it a start is given up, so that the platform may try another.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Those of <see cref="Settings.Contracts"/>, once, at the start.</summary>
    /// <exception cref="ContractFaultException">Anything is wrong with any of them.</exception>
    /// <exception cref="RetryException">The bucket can not be reached.</exception>
    public static ContractRelease Read(Settings settings, Func<CloudStorage> storage) => ContractUri.Of(settings.Contracts) is { } where
        ? Now(where, storage, (bucket, listing, cancellationToken) => ReadAsync(bucket, listing, settings, cancellationToken))
        : new(ReadFolder(settings, settings.Contracts), null);

    /// <summary>Those of a bucket together with others: what the bucket would be with them in it.</summary>
    /// <param name="files">Paths of contracts, which take the place of those of the same name.</param>
    /// <inheritdoc cref="Read"/>
    public static ContractSet ReadWith(IReadOnlyList<string> files, Settings settings, CloudStorage storage) =>
        Now(ContractUri.Of(settings.Contracts)!, () => storage, (bucket, listing, cancellationToken) => bucket.ReadAsync(listing, folder =>
        {
            foreach (var file in files) File.Delete(Path.Combine(folder, Path.GetFileName(file)));
            return ContractReader.ReadWith(files, folder, settings.Environment);
        }, cancellationToken));

    /// <inheritdoc cref="ContractBucket.ReadAsync"/>
    public static async Task<ContractRelease> ReadAsync(ContractBucket bucket, ContractListing listing, Settings settings, CancellationToken cancellationToken) =>
        new(await bucket.ReadAsync(listing, folder => ReadFolder(settings, folder), cancellationToken), listing.Stamp);

    /// <summary>Services are made synchronously, and no program has anything else to do before it has its contracts.</summary>
    private static T Now<T>(ContractUri where, Func<CloudStorage> storage, Func<ContractBucket, ContractListing, CancellationToken, Task<T>> read) => Task.Run(async () =>
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var bucket = new ContractBucket(storage(), where);
            return await read(bucket, await bucket.ListAsync(patience.Token), patience.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new RetryException($"{where} can not be read within {Patience.TotalSeconds} s", "LANDFALL_CONTRACTS says where the contracts are", e);
        }
    }).GetAwaiter().GetResult();

    private static ContractSet ReadFolder(Settings settings, string folder) => ContractReader.Read(folder, settings.Environment, settings.Datasets);
}
