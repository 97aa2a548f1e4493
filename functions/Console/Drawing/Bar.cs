namespace Landfall.Web.Drawing;

/// <summary>A bar.</summary>
/// <param name="Label">Whose it is.</param>
/// <param name="Parts">What it is made of, one after the other.</param>
public sealed record Bar(string Label, IReadOnlyList<decimal> Parts)
{
    public decimal Total => Parts.Sum();
}
