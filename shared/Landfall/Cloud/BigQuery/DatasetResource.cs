namespace Landfall.Cloud;

/// <summary>A dataset that is to be made, in the client's location.</summary>
/// <param name="Name">Letters, digits and underscores.</param>
public sealed record DatasetResource(string Name)
{
    public string? Description { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>After which its tables go by themselves, unless they say otherwise; null for never.</summary>
    public TimeSpan? TableExpiration { get; init; }
}
