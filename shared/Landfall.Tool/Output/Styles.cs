using Spectre.Console;

namespace Landfall.Tool.Output;

/// <summary>The few colours, where there are colours at all.</summary>
internal static class Styles
{
    public static Style Bold { get; } = new(decoration: Decoration.Bold);

    public static Style Quiet { get; } = new(Color.Grey);

    public static Style Good { get; } = new(Color.Green);

    public static Style Bad { get; } = new(Color.Red);

    public static Style Warning { get; } = new(Color.Yellow);
}
