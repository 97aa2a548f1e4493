namespace Landfall.Contracts.Reading;

/// <summary>Words in messages.</summary>
internal static class Spelling
{
    /// <summary>A value as quoted in a message, cut where it becomes long.</summary>
    public static string Shown(string? value) => value is null ? "''" : value.Length <= 80 ? $"'{value}'" : $"'{value[..80]}…'";

    /// <summary>a, b or c</summary>
    public static string Or(ReadOnlySpan<string> words) =>
        words.Length < 2 ? string.Concat(words) : $"{string.Join(", ", words[..^1].ToArray())} or {words[^1]}";

    /// <summary>The one that was likely meant; or, when nothing is near, what there is.</summary>
    public static string? Hint(string word, IReadOnlyCollection<string> known)
    {
        if (Nearest(word, known) is { } nearest) return $"Perhaps '{nearest}' was meant";
        return known.Count is > 0 and <= 24 ? $"There is: {string.Join(", ", known)}" : null;
    }

    private static string? Nearest(string word, IReadOnlyCollection<string> known)
    {
        // Distance costs the product of the lengths, and a hostile word may be a megabyte.
        if (known.Count == 0 || word.Length > 100) return null;
        var lower = word.ToLowerInvariant();
        var (nearest, distance) = known.Select(other => (other, NameShape.Of(other.ToLowerInvariant()).Distance(lower))).MinBy(pair => pair.Item2);
        return distance <= (nearest.Length + 2) / 3 && distance < nearest.Length ? nearest : null;
    }
}
