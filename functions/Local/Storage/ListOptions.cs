namespace Landfall.Local.Storage;

/// <summary>What a listing asks for, as the query parameters of the same names say.</summary>
/// <param name="Prefix">How names must begin.</param>
/// <param name="Delimiter">Names that hold it behind the prefix are folded into <see cref="ObjectPage.Prefixes"/>; null folds nothing.</param>
/// <param name="PageToken">What the page before said; null starts at the beginning.</param>
/// <param name="MaxResults">Objects and prefixes on one page, 1…1000.</param>
/// <param name="Versions">Whether versions that are not live are listed too.</param>
/// <param name="StartOffset">The name to begin with, if it is there.</param>
public sealed record ListOptions(
    string Prefix = "", string? Delimiter = null, string? PageToken = null, int MaxResults = 1000, bool Versions = false, string StartOffset = "");
