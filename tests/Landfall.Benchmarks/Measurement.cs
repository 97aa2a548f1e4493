namespace Landfall.Benchmarks;

/// <summary>One process, from its start to its end.</summary>
/// <param name="Elapsed">Wall clock, seen from outside.</param>
/// <param name="PeakBytes">The most memory it held at once (VmHWM).</param>
/// <param name="Output">What it printed.</param>
internal readonly record struct Measurement(TimeSpan Elapsed, long PeakBytes, string Output = "");
