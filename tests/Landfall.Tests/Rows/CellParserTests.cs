using System.Globalization;
using System.Text;
using Landfall.Rows;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rows;

/// <summary>What is parsed in a way of our own, because it is often, against .NET's.</summary>
public class CellParserTests
{
    [Theory]
    [InlineData("1e-400", false)]
    [InlineData("0e-400", true)]
    [InlineData("-0.000", true)]
    [InlineData("5e-324", true)]
    [InlineData("1e400", false)]
    public void A_number_that_would_become_another_is_none(string text, bool parses) => CellParser.TryDouble(Encoding.UTF8.GetBytes(text), out _).ShouldBe(parses);

    [Fact]
    public void A_short_number_is_what_decimal_takes_it_for()
    {
        const int seed = 20240105;
        var dice = new Random(seed);
        var parsed = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, dice.Next(1, 22)).Select(_ => dice.Next(20) switch { 0 => '.', 1 => '-', _ => (char)('0' + dice.Next(10)) })]);
            var expected = decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
            CellParser.TryNumeric(Encoding.UTF8.GetBytes(text), out var value).ShouldBe(expected, $"'{text}', seed {seed}");
            if (!expected) continue;
            parsed++;
            decimal.GetBits(value).ShouldBe(decimal.GetBits(number), $"'{text}', seed {seed}: value, sign and scale");
        }
        parsed.ShouldBeGreaterThan(1000, "most of the texts must be numbers, or nothing was tested");
    }
}
