using System.Diagnostics;
using System.Globalization;
using Landfall.Landings;

namespace Landfall.Tests.Attacks;

/// <summary>What an act has taken, and whether that is soon.</summary>
/// <param name="Clock">By the clock.</param>
/// <param name="Processor">Of processors, in all threads of this process.</param>
internal readonly record struct Pace(TimeSpan Clock, TimeSpan Processor)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Coverage has put its counters into the assembly: each line that is passed asks one.</summary>
    private static readonly bool Counted = typeof(Lander).Assembly.GetTypes().Any(type => type.Namespace?.StartsWith("Coverlet", StringComparison.Ordinal) == true);

    private static readonly long Zero = Stopwatch.GetTimestamp();

    /// <summary>Up to now: what is taken between two of them is their difference.</summary>
    public static Pace Now => new(Stopwatch.GetElapsedTime(Zero), Environment.CpuUsage.TotalTime);

    /// <summary>Within two seconds, as <see cref="IsWithin"/> counts them.</summary>
    public bool IsSoon => IsWithin(Limit);

    /// <summary>
    /// By the clock; three times as long passes where the time was not the act's own: others had the machine, so that this process was not even given the limit of its processors, or coverage counted.
    /// </summary>
    public bool IsWithin(TimeSpan limit) => Clock < limit || (Clock < 3 * limit && (Counted || Processor < limit));

    public static Pace operator -(Pace later, Pace earlier) => new(later.Clock - earlier.Clock, later.Processor - earlier.Processor);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Clock.TotalMilliseconds:0} ms (processor {Processor.TotalMilliseconds:0} ms)");
}
