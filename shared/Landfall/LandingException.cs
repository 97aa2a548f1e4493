namespace Landfall;

/// <summary>
/// A failure with a verdict. There are two: <see cref="RetryException"/> (the world is wrong) and <see cref="RejectException"/> (the data is wrong).
/// Any other exception that leaves a function counts as <see cref="RetryException"/>.
/// </summary>
public abstract class LandingException : Exception
{
    private protected LandingException(string message, string? hint, Exception? inner)
        : base(message, inner) => Hint = hint;

    /// <summary>What the person who must act can do about it; null when waiting is enough.</summary>
    public string? Hint { get; }
}
