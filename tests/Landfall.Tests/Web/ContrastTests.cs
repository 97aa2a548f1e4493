using System.Globalization;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Web;

/// <summary>The console's colours, light and dark, against what they stand on: 4.5 to 1 for text, 3 to 1 for what is drawn (WCAG 2.2, 1.4.3 and 1.4.11).</summary>
public sealed partial class ContrastTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Suffices(int theme)
    {
        var colours = Themes()[theme];
        foreach (var ground in (string[])["ground", "sheet"])
        {
            foreach (var text in (string[])["text", "dim", "link", "bad"]) Contrast(colours[text], colours[ground]).ShouldBeGreaterThanOrEqualTo(4.5, $"{text} on {ground}");
            foreach (var drawn in (string[])["accent", "s0", "s1", "s2", "s3", "s4", "s5"]) Contrast(colours[drawn], colours[ground]).ShouldBeGreaterThanOrEqualTo(3, $"{drawn} on {ground}");
        }
        foreach (var mark in (string[])["good", "warn", "bad", "note"]) Contrast(colours[mark], colours[$"{mark}-ground"]).ShouldBeGreaterThanOrEqualTo(4.5, mark);
    }

    [Fact]
    public void Both_themes_have_the_same_colours() => Themes()[1].Keys.Order().ShouldBe(Themes()[0].Keys.Order());

    private static List<Dictionary<string, string>> Themes()
    {
        var css = File.ReadAllText(Repository.Path("functions/Console/style.css"));
        return [.. Roots().Matches(css).Select(root => Colours().Matches(root.Value).ToDictionary(colour => colour.Groups[1].Value, colour => colour.Groups[2].Value))];
    }

    private static double Contrast(string one, string another)
    {
        var (a, b) = (Luminance(one), Luminance(another));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    /// <summary>Relative luminance of an sRGB colour, 0 to 1 (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance).</summary>
    private static double Luminance(string colour)
    {
        return 0.2126 * Linear(1) + 0.7152 * Linear(3) + 0.0722 * Linear(5);

        double Linear(int at)
        {
            var part = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
        }
    }

    [GeneratedRegex(":root \\{[^}]*\\}", RegexOptions.None, 5000)]
    private static partial Regex Roots();

    [GeneratedRegex("--([a-z0-9-]+): (#[0-9a-f]{6});", RegexOptions.None, 5000)]
    private static partial Regex Colours();
}
