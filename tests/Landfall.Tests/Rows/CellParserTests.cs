using System.Text;
using Landfall.Rows;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rows;

public sealed class CellParserTests
{
    [Theory]
    [InlineData("5", 5L)]
    [InlineData("-5", -5L)]
    [InlineData("+5", 5L)]
    [InlineData("05", 5L)]
    [InlineData("-0", 0L)]
    [InlineData("0000000000000000000000005", 5L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("-9223372036854775809", null)]
    [InlineData("5\0", null)]
    [InlineData("\05", null)]
    [InlineData("5\0\0", null)]
    [InlineData("5x", null)]
    [InlineData("5 ", null)]
    [InlineData(" 5", null)]
    [InlineData("5\n", null)]
    [InlineData("1,000", null)]
    [InlineData("1 000", null)]
    [InlineData("1_000", null)]
    [InlineData("5.0", null)]
    [InlineData("5.", null)]
    [InlineData("5e0", null)]
    [InlineData("0x5", null)]
    [InlineData("--5", null)]
    [InlineData("-", null)]
    [InlineData("+", null)]
    [InlineData("(5)", null)]
    [InlineData("٥", null)]
    public void A_whole_number_is_digits_and_a_sign(string text, long? value) =>
        (CellParser.TryInt64(Encoding.UTF8.GetBytes(text), out var parsed) ? parsed : (long?)null).ShouldBe(value);

    [Theory]
    [InlineData("5", "5")]
    [InlineData("+5.50", "5.50")]
    [InlineData("-05.5", "-5.5")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("5\0", null)]
    [InlineData("5.5\0\0", null)]
    [InlineData("\0", null)]
    [InlineData(".", null)]
    [InlineData("-.", null)]
    [InlineData("1,000", null)]
    [InlineData("1,000.5", null)]
    [InlineData("5,5", null)]
    [InlineData("1 000", null)]
    [InlineData("5e1", null)]
    [InlineData("5-", null)]
    [InlineData("5 ", null)]
    [InlineData("$5", null)]
    [InlineData("(5)", null)]
    [InlineData("NaN", null)]
    [InlineData("1.2.3", null)]
    public void A_decimal_has_a_point_and_no_separators(string text, string? value) =>
        (CellParser.TryNumeric(Encoding.UTF8.GetBytes(text), out var parsed) ? $"{parsed}" : null).ShouldBe(value);

    [Theory]
    [InlineData("5", 5.0)]
    [InlineData("+5e-1", 0.5)]
    [InlineData("1E3", 1000.0)]
    [InlineData("5\0", null)]
    [InlineData("5e1\0", null)]
    [InlineData("1,000", null)]
    [InlineData("NaN", null)]
    [InlineData("Infinity", null)]
    [InlineData("-∞", null)]
    [InlineData("1e999", null)]
    [InlineData("5 ", null)]
    [InlineData("0x5p0", null)]
    public void A_real_number_is_finite(string text, double? value) =>
        (CellParser.TryDouble(Encoding.UTF8.GetBytes(text), out var parsed) ? parsed : (double?)null).ShouldBe(value);

    [Theory]
    [InlineData("2021-02-03\0", null)]
    [InlineData("03/02/2021\0", "dd/MM/yyyy")]
    [InlineData(" 03/02/2021", "dd/MM/yyyy")]
    [InlineData("03/02/2021 ", "dd/MM/yyyy")]
    [InlineData("2021-2-3", null)]
    [InlineData("+021-02-03", null)]
    [InlineData("2021-02-03T", null)]
    public void Nothing_stands_around_a_date(string text, string? format) => CellParser.TryDate(Encoding.UTF8.GetBytes(text), format, out _).ShouldBeFalse();

    [Theory]
    [InlineData("2021-02-03T04:05:06\0", null)]
    [InlineData("2021-02-03T04:05:06Z\0", null)]
    [InlineData("2021-02-03T04:05:06.", null)]
    [InlineData("2021-02-03T04:05:6Z", null)]
    [InlineData("2021-02-03T04:05:06+1", null)]
    [InlineData("2021-02-03T04:05:06+01:00:00", null)]
    [InlineData("2021-02-03 04:05:06\0", "yyyy-MM-dd HH:mm:ss")]
    public void Nothing_stands_around_a_timestamp(string text, string? format) => CellParser.TryTimestamp(Encoding.UTF8.GetBytes(text), format, out _).ShouldBeFalse();

    [Theory]
    [InlineData("04:05:06\0", null)]
    [InlineData("04:05:", null)]
    [InlineData("4:05", null)]
    [InlineData("04.05\0", "HH.mm")]
    public void Nothing_stands_around_a_time(string text, string? format) => CellParser.TryTime(Encoding.UTF8.GetBytes(text), format, out _).ShouldBeFalse();

    [Theory]
    [InlineData("true\0")]
    [InlineData("1\0")]
    [InlineData("01")]
    [InlineData("on")]
    public void Nothing_stands_around_a_truth(string text) => CellParser.TryBoolean(Encoding.UTF8.GetBytes(text), out _).ShouldBeFalse();
}
