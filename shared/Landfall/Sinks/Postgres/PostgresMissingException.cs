namespace Landfall.Sinks.Postgres;

/// <summary>Something that was made at the start is gone: it is made again at the next attempt.</summary>
internal sealed class PostgresMissingException(string message) : Exception(message);
