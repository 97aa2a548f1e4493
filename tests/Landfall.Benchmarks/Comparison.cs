namespace Landfall.Benchmarks;

/// <summary>What is asked of two variants of an experiment.</summary>
/// <param name="Measured">The variant in question.</param>
/// <param name="Yardstick">The variant it is held against.</param>
/// <param name="Must">The ratio it must reach; null: for information.</param>
/// <param name="Great">The ratio to aim at.</param>
/// <param name="Slower">Whether the ratio says how much slower it is (at most <paramref name="Must"/>), instead of how much faster.</param>
internal sealed record Comparison(string Measured, string Yardstick, double? Must = null, double? Great = null, bool Slower = false)
{
    /// <summary>The ratio of one round.</summary>
    public double Ratio(TimeSpan measured, TimeSpan yardstick) => Slower ? measured / yardstick : yardstick / measured;

    /// <summary>How a ratio is judged, for the table.</summary>
    public string Judge(double ratio)
    {
        if (Must is not { } must || Great is not { } great) return "";
        if (Slower ? ratio <= great : ratio >= great) return "great";
        return (Slower ? ratio <= must : ratio >= must) ? "good" : "**short**";
    }
}
