using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Landfall.Contracts.Reading;

/// <summary>
/// What an unquoted word is. YAML's versions disagree (<c>no</c> is false in 1.1 and text in 1.2), and contracts are read by other programs too:
/// whatever any version takes for something else than text must be quoted to be text.
/// </summary>
internal static class YamlScalar
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private static readonly Regex JsonNumber = new(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z", Options);
    private static readonly Regex AnyNumber = new(
        @"\A[-+]?(0[xo][0-9A-Fa-f_]+|0b[01_]+|\.(inf|Inf|INF|nan|NaN|NAN)|(\.[0-9]|[0-9])[0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)\z", Options);

    public static bool IsNull(YamlScalarNode scalar) => scalar is { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" };

    /// <summary>A number as JSON writes it.</summary>
    public static bool IsNumber(YamlScalarNode scalar) => scalar.Style == ScalarStyle.Plain && JsonNumber.IsMatch(scalar.Value ?? "");

    public static bool IsText(YamlScalarNode scalar) =>
        scalar.Style != ScalarStyle.Plain || (!IsNull(scalar) && !AnyNumber.IsMatch(scalar.Value!)
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
}
