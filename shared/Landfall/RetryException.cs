namespace Landfall;

/// <summary>The world is wrong: the event is answered with 503 and the platform delivers it again. Nothing has landed.</summary>
public sealed class RetryException(string message, string? hint = null, Exception? inner = null) : LandingException(message, hint, inner);
