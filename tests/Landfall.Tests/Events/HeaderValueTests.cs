using System.Text;
using Landfall.Events;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Events;

public sealed class HeaderValueTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀")]
    [InlineData("Euro%20%e2%82%ac", "Euro €")]
    [InlineData("%61bc", "abc")]
    [InlineData("50%2525", "50%25")]
    [InlineData("\"quoted text\"", "quoted text")]
    [InlineData("a\"b\\\"c\"d", "ab\"cd")]
    [InlineData("back\\slash", "back\\slash")]
    [InlineData("\"%41\"", "A")]
    [InlineData("already é", "already é")]
    public void Decodes_one_round(string value, string expected) => HeaderValue.Decode(value, "ce-x").ShouldBe(expected);

    [Theory]
    [InlineData("%", "two hexadecimal digits")]
    [InlineData("100%", "two hexadecimal digits")]
    [InlineData("%4", "two hexadecimal digits")]
    [InlineData("%G1", "two hexadecimal digits")]
    [InlineData("%+1", "two hexadecimal digits")]
    [InlineData("%C0%A0", "not UTF-8")]
    [InlineData("%ED%A0%80", "not UTF-8")]
    [InlineData("%FF", "not UTF-8")]
    [InlineData("%E2%82", "not UTF-8")]
    [InlineData("\"open", "not closed")]
    [InlineData("\"open\\", "backslash")]
    public void Refuses(string value, string why) =>
        Should.Throw<BadEventException>(() => HeaderValue.Decode(value, "ce-subject")).Message.ShouldSatisfyAllConditions(
            message => message.ShouldContain("'ce-subject'"),
            message => message.ShouldContain(why));

    /// <summary>Every character that the specification has encoded comes back, whichever it is.</summary>
    [Fact]
    public void Undoes_the_encoding()
    {
        for (var rune = 0; rune < 0x11000; rune++)
        {
            if (!Rune.IsValid(rune)) continue;
            var text = $"a{new Rune(rune)}b";
            var encoded = string.Concat(Encoding.UTF8.GetBytes(text).Select(b => b is > 0x20 and < 0x7F and not (byte)'%' and not (byte)'"' ? ((char)b).ToString() : $"%{b:X2}"));
            HeaderValue.Decode(encoded, "ce-x").ShouldBe(text);
        }
    }
}
