namespace Landfall.Events;

/// <summary>
/// A request that is no event, or none this function takes: answered with <see cref="Status"/> and one log line; the function is not called.
/// The message says what was found and what was expected, and never holds a message's payload.
/// </summary>
public sealed class BadEventException(string message, int status = 400, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The HTTP status of the answer: 400, or 413 for a body beyond <see cref="EventReader.MaxBytes"/>.</summary>
    public int Status { get; } = status;
}
