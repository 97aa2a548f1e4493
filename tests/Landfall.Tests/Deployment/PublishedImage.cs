namespace Landfall.Tests.Deployment;

/// <summary>What stands in an image.</summary>
/// <param name="User">Who its program runs as.</param>
/// <param name="EntryPoint">The program.</param>
/// <param name="Repository">What it is pushed as.</param>
/// <param name="Files">Those of all layers, with their sizes in bytes.</param>
internal sealed record PublishedImage(string? User, string EntryPoint, string Repository, IReadOnlyDictionary<string, long> Files);
