using System.Globalization;
using Landfall.Landings;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Uplifting;

/// <summary>The arithmetic: exact, and rounded once.</summary>
public sealed class RaiseTests
{
    [Theory]
    [InlineData("0", "20", 0)]
    [InlineData("1", "20", 1)]
    [InlineData("2", "20", 2)]
    [InlineData("3", "20", 4)]
    [InlineData("100", "20", 120)]
    [InlineData("10.5", "20", 13)]
    [InlineData("2.083333333333333333333333333333333333", "20", 2)]
    [InlineData("2.083333333333333333333333333333333334", "20", 3)]
    [InlineData("0.41666666666666666666", "20", 0)]
    [InlineData("1.25", "20", 2)]
    [InlineData("+7", "20", 8)]
    [InlineData("-0", "20", 0)]
    [InlineData("-0.00", "20", 0)]
    [InlineData("007", "20", 8)]
    [InlineData("5.", "20", 6)]
    [InlineData(".5", "20", 1)]
    [InlineData("10", "5", 11)]
    [InlineData("1", "0.5", 1)]
    [InlineData("100", "0.5", 101)]
    [InlineData("100", "0.499999", 100)]
    [InlineData("7686143364045646505", "20", 9223372036854775806)]
    [InlineData("7686143364045646506", "20", 9223372036854775807)]
    public void Half_is_rounded_away_from_zero(string value, string percent, long result) =>
        Raise.Of(value, decimal.Parse(percent, CultureInfo.InvariantCulture), out _, out _).ShouldBe(result);

    [Theory]
    [InlineData("n/a", "logicalType")]
    [InlineData("", "logicalType")]
    [InlineData("-", "logicalType")]
    [InlineData(".", "logicalType")]
    [InlineData("1.2.3", "logicalType")]
    [InlineData("--1", "logicalType")]
    [InlineData("1e3", "logicalType")]
    [InlineData("1,000", "logicalType")]
    [InlineData(" 12", "logicalType")]
    [InlineData("٣", "logicalType")]
    [InlineData("NaN", "logicalType")]
    [InlineData("-5", "minimum")]
    [InlineData("-0.001", "minimum")]
    [InlineData("7686143364045646507", "maximum")]
    [InlineData("9223372036854775807", "maximum")]
    [InlineData("99999999999999999999999999999999999999999", "maximum")]
    public void What_can_not_be_raised_says_why_and_not_what(string value, string rule)
    {
        Raise.Of(value, 20, out var broken, out var reason).ShouldBeNull();
        broken.ShouldBe(rule);
        if (value.Length > 4) reason.ShouldNotContain(value);
    }

    [Fact]
    public void A_long_text_is_no_number() => Raise.Of(new string('1', 1_000_000), 20, out var rule, out _).ShouldBeNull(rule);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_agrees_with_decimal_arithmetic(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            var value = new decimal(random.Next(), random.Next(4), 0, false, (byte)random.Next(6));
            var percent = random.Next(1, 100_000) / 100m;
            var expected = (long)Math.Round(value * (100 + percent) / 100, 0, MidpointRounding.AwayFromZero);
            Raise.Of(value.ToString(CultureInfo.InvariantCulture), percent, out _, out _).ShouldBe(expected, $"seed {seed}: {value} + {percent} %");
        }
    }
}
