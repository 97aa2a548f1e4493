namespace Landfall.Benchmarks.Scale;

/// <summary>The small files of a simulated day.</summary>
internal static class Files
{
    public const int Bytes = 20_000, Rows = Bytes / Assumptions.Row;

    /// <summary>Bytes that <c>insertAll</c> is billed for.</summary>
    public static readonly double Streamed = Rows * Math.Max(Prices.StreamLeast, Assumptions.StagedKeys + Assumptions.Fields);
}
