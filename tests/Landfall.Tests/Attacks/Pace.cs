using Landfall.Landings;

namespace Landfall.Tests.Attacks;

/// <summary>How soon an attack must have ended: two seconds, and three times as long where coverage counts every line that is passed, which has put its counters into the assembly.</summary>
internal static class Pace
{
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(2) * (typeof(Lander).Assembly.GetTypes().Any(type => type.Namespace?.StartsWith("Coverlet", StringComparison.Ordinal) == true) ? 3 : 1);
}
