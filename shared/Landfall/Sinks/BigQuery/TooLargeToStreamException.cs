namespace Landfall.Sinks.BigQuery;

/// <summary>A source that looked small has more rows, or larger ones, than are streamed: it is staged again, by load jobs.</summary>
internal sealed class TooLargeToStreamException() : Exception("the source is too large to be streamed");
