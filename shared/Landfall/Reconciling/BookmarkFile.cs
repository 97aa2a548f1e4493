namespace Landfall.Reconciling;

/// <summary>Where the next tick goes on.</summary>
/// <param name="Bucket">The bucket without the deployment's prefix.</param>
/// <param name="Prefix">How its names begin that are gone through.</param>
/// <param name="From">The name to go on with.</param>
internal sealed record BookmarkFile(string Bucket, string Prefix, string From);
