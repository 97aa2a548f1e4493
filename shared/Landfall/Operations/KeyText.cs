namespace Landfall.Operations;

/// <summary>Whether a text speaks of a key: holds it by itself, not as a part of something longer.</summary>
internal static class KeyText
{
    public static bool IsIn(string? text, string key)
    {
        if (string.IsNullOrEmpty(text) || key.Length == 0) return false;
        for (var at = text.IndexOf(key, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(key, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((at == 0 || !Continues(text[at - 1])) && (at + key.Length == text.Length || !Continues(text[at + key.Length]))) return true;
        }
        return false;
    }

    /// <summary>Characters that names, numbers and addresses go on with.</summary>
    private static bool Continues(char c) => char.IsLetterOrDigit(c) || c is '@' or '.' or '_' or '+' or '-';
}
