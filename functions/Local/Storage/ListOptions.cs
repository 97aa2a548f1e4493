namespace Landfall.Local.Storage;

/// <summary>What a listing asks for, as the query parameters of the same names say.</summary>
public sealed record ListOptions
{
    public string Prefix { get; init; } = "";

    /// <summary>Names that hold it behind the prefix are folded into <see cref="ObjectPage.Prefixes"/>; null folds nothing.</summary>
    public string? Delimiter { get; init; }

    /// <summary>What the page before said; null starts at the beginning.</summary>
    public string? PageToken { get; init; }

    /// <summary>Objects and prefixes on one page, 1…1000.</summary>
    public int MaxResults { get; init; } = 1000;

    /// <summary>Whether versions that are not live are listed too.</summary>
    public bool Versions { get; init; }
}
