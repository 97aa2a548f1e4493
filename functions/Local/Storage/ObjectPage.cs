namespace Landfall.Local.Storage;

/// <summary>One page of a listing, ordered by name (bytes of UTF-8), then generation.</summary>
public sealed record ObjectPage(IReadOnlyList<ObjectResource> Items, IReadOnlyList<string> Prefixes, string? NextPageToken);
