namespace Landfall.Local;

/// <summary>The local cloud can not start as things are; the message is for the person at the terminal and says what to do.</summary>
public sealed class CannotStartException(string message, Exception? inner = null) : Exception(message, inner);
