namespace Landfall.Cloud;

/// <summary>A message on its way to a topic.</summary>
/// <param name="Data">The payload; may be empty when there are attributes.</param>
/// <param name="Attributes">For filters and logs: at most 100, names up to 256 bytes and values up to 1,024.</param>
public sealed record Publication(ReadOnlyMemory<byte> Data, IReadOnlyDictionary<string, string> Attributes);
