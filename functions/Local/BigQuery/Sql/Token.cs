namespace Landfall.Local.BigQuery.Sql;

/// <summary>A word of GoogleSQL.</summary>
/// <param name="Text">What it says: a string without its quotes and escapes, bytes in hexadecimal digits, a parameter without its <c>@</c>.</param>
/// <param name="Key">A word in upper case, a symbol as it is, and nothing for the rest: what a string says is never taken for a keyword.</param>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="End">Where it is over.</param>
internal readonly record struct Token(TokenKind Kind, string Text, string Key, int Start, int End);
