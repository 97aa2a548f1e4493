namespace Landfall.Local;

/// <summary>The functions the local cloud runs: the one place where a new one is added, by <see cref="LocalFunction.Of"/>.</summary>
internal static class Functions
{
    public static IReadOnlyList<LocalFunction> All { get; } = [];
}
