namespace Landfall.Tool;

/// <summary>The person at the keyboard can mend it: a file that is not there, a setting that is missing. Ends with <see cref="ExitCode.Usage"/>.</summary>
/// <param name="message">What was found.</param>
/// <param name="hint">What to do; null where that is plain.</param>
internal sealed class UsageException(string message, string? hint = null) : Exception(message)
{
    public string? Hint { get; } = hint;
}
