using Landfall.Cloud;

namespace Landfall.Sinks.BigQuery;

/// <summary>What a deployment says of the files that external tables read.</summary>
/// <param name="BucketPrefix">What stands before every bucket's name.</param>
/// <param name="Connection">With whose access they are read; null for that of whoever asks.</param>
public sealed record ExternalPlace(string BucketPrefix, BigQueryConnection? Connection)
{
    /// <summary>Buckets as the contracts write them, read with the asker's own access.</summary>
    public static ExternalPlace AsWritten { get; } = new("", null);
}
