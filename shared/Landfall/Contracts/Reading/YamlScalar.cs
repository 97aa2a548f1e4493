using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Landfall.Contracts.Reading;

/// <summary>
/// What an unquoted word is. YAML's versions disagree (<c>no</c> is false in 1.1 and text in 1.2), and contracts are read by other programs too:
/// whatever any version takes for something else than text must be quoted to be text.
/// </summary>
internal static class YamlScalar
{
    public static bool IsNull(YamlScalarNode scalar) =>
        scalar is { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" };

    /// <summary>A number as JSON writes it: other forms are octal to one reader and decimal to the next.</summary>
    public static bool TryNumber(YamlScalarNode scalar, out decimal number)
    {
        number = 0;
        if (scalar is not { Style: ScalarStyle.Plain, Value: { Length: <= 32 } text }) return false;
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        return digits is [>= '0' and <= '9', ..] and [.., >= '0' and <= '9'] and not ['0', >= '0' and <= '9', ..]
            && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture, out number);
    }

    public static bool IsText(YamlScalarNode scalar) =>
        scalar.Style != ScalarStyle.Plain || (!IsNull(scalar) && !IsNumberToSome(scalar.Value!)
            && scalar.Value!.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "off"));

    /// <summary>Whether UTF-8 and Postgres can hold the text.</summary>
    public static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++;
            else if (text[i] == '\0' || char.IsSurrogate(text[i])) return false;
        }
        return true;
    }

    /// <summary>What stands there, for messages.</summary>
    public static string Kind(YamlNode node) => node switch
    {
        YamlMappingNode => "a map",
        YamlSequenceNode => "a list",
        YamlScalarNode scalar when IsNull(scalar) => "nothing",
        YamlScalarNode scalar => Spelling.Shown(scalar.Value),
        _ => "something else",
    };

    // Besides decimals: .inf and .nan, 0x1F, 0o17 and 0b11, 1_000, and 12:30, which is base 60 in YAML 1.1.
    private static bool IsNumberToSome(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal).TrimStart('+', '-').ToLowerInvariant();
        return digits is ".inf" or ".nan"
            || (digits is [(>= '0' and <= '9') or '.', ..]
                && double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _))
            || (digits is ['0', 'x' or 'o' or 'b', _, ..] && digits.Skip(2).All(char.IsAsciiHexDigit))
            || (digits is [>= '0' and <= '9', ..] and [.., >= '0' and <= '9'] && digits.All(c => char.IsAsciiDigit(c) || c == ':'));
    }
}
