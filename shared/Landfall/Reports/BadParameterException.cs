namespace Landfall.Reports;

/// <summary>What was asked of a report can not be: a parameter that there is not, a value that is none, or one too few.</summary>
/// <param name="message">What was found and what was expected.</param>
/// <param name="hint">What to do, or null.</param>
public sealed class BadParameterException(string message, string? hint = null) : FormatException(message)
{
    public string? Hint { get; } = hint;
}
