namespace Landfall.Reports.Reading;

/// <summary>A piece of a query.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As it stands there; of a <see cref="SqlTokenKind.Table"/> or a <see cref="SqlTokenKind.Parameter"/> only the name.</param>
/// <param name="Start">Where it begins in the file.</param>
/// <param name="End">Where what follows begins.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Text, int Start, int End)
{
    /// <summary>Whether it is a keyword, or a name that looks like one.</summary>
    public bool Is(string word) => Kind == SqlTokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsAny(ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (Is(word)) return true;
        }
        return false;
    }

    public bool Is(char symbol) => Kind == SqlTokenKind.Symbol && Text[0] == symbol;
}
