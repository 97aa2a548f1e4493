namespace Landfall.Benchmarks.Scale;

/// <summary>
/// What Google asks, in dollars: list prices of 2025 for the US and EU multi-regions and Cloud Run's tier 1, without free tiers, discounts and taxes
/// (https://cloud.google.com/bigquery/pricing, /run/pricing, /pubsub/pricing, /storage/pricing, /stackdriver/pricing).
/// </summary>
internal static class Prices
{
    public const double TiB = 1L << 40, GiB = 1L << 30, MiB = 1L << 20, KiB = 1L << 10;

    /// <summary>A TiB that a query on demand reads.</summary>
    public const double Query = 6.25;

    /// <summary>A query is billed for as many bytes at least, and for as many of each table that it names.</summary>
    public const double QueryLeast = 10 * MiB;

    /// <summary>200 MiB of <c>insertAll</c>, a row of which counts 1 KiB at least.</summary>
    public const double Stream = 0.01, StreamUnit = 200 * MiB, StreamLeast = KiB;

    /// <summary>A GiB in BigQuery, logical and active, and a GiB of a regional bucket, a month.</summary>
    public const double TableMonth = 0.02, BucketMonth = 0.02;

    /// <summary>A service whose processor is there while it has requests: a vCPU's second, a GiB's second, a request.</summary>
    public const double ServiceProcessor = 0.000_024, ServiceMemory = 0.000_002_5, ServiceRequest = 0.40 / 1_000_000;

    /// <summary>A job.</summary>
    public const double JobProcessor = 0.000_018, JobMemory = 0.000_002;

    /// <summary>A TiB published, and one delivered; a message counts 1 KB at least.</summary>
    public const double Message = 40;

    /// <summary>A write or a listing of a regional bucket, and a read.</summary>
    public const double ClassA = 0.005 / 1000, ClassB = 0.0004 / 1000;

    /// <summary>A GiB of logs.</summary>
    public const double Log = 0.50;

    public static double OfQuery(double bytes) => Math.Max(bytes, QueryLeast) / TiB * Query;
}
