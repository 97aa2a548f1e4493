using Landfall.Cloud;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;

namespace Landfall.Landings;

/// <summary>The rows of an object.</summary>
internal sealed class ObjectIntake(CloudStorage storage, string rejectsBucket, ISink sink, Source source, TimeProvider clock, ILogger progress)
    : FileIntake(sink, source, clock, progress)
{
    public override Quarantine OpenQuarantine(Guid attempt) => new BucketQuarantine(storage, rejectsBucket, LandingNames.RejectedRows(Source.Contract.Id.Name, Source.Version, attempt));

    public override async Task<bool> KeepAsync(Guid attempt, CancellationToken cancellationToken) =>
        await storage.CopyAsync(Source.Version, rejectsBucket, LandingNames.RefusedSource(Source.Contract.Id.Name, Source.Version, attempt), cancellationToken: cancellationToken).ConfigureAwait(false) is not null;

    public override async Task<StoredObject?> StandingAsync(CancellationToken cancellationToken)
    {
        // A listing, because a wrong address answers "not found" to everything: here a bucket that can not be listed is a RetryException.
        await foreach (var version in storage.ListAsync(Source.Version.Bucket, Source.Version.Name, cancellationToken).ConfigureAwait(false))
        {
            if (version.Name == Source.Version.Name) return version;
            if (string.CompareOrdinal(version.Name, Source.Version.Name) > 0) break;
        }
        return null;
    }

    private protected override async Task<Stream> OpenAsync(CancellationToken cancellationToken) =>
        await storage.OpenReadAsync(Source.Version, cancellationToken).ConfigureAwait(false) ?? throw new ObjectGoneException(Source.Version);
}
