namespace Landfall.Local.Storage;

/// <summary>A bucket. All are versioned: what is overwritten or deleted can still be read by its generation.</summary>
public sealed record BucketResource(string Name, DateTimeOffset TimeCreated);
