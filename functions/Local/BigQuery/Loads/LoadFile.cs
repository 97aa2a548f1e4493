namespace Landfall.Local.BigQuery.Loads;

/// <summary>A file to be loaded.</summary>
/// <param name="Name">As messages name it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Open">Its bytes from the beginning, each time.</param>
internal sealed record LoadFile(string Name, long Size, Func<Stream> Open);
