using Spectre.Console;

namespace Landfall.Tool.Output;

/// <summary>How far a long work is. Set at once, unlike <see cref="Progress{T}"/>'s, which comes late and out of order.</summary>
/// <param name="bar">Null where nobody watches.</param>
internal sealed class ToolProgress(ProgressTask? bar) : IProgress<long>
{
    public void Report(long value)
    {
        if (bar is not null) bar.Value = value;
    }
}
