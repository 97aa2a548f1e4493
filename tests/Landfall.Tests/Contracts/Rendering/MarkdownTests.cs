using Landfall.Contracts.Rendering;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts.Rendering;

public sealed class MarkdownTests
{
    [Theory]
    [InlineData("Two words, plain: 10 % (or so).", "Two words, plain: 10 % (or so).")]
    [InlineData("a|b\\|c", "a&#124;b&#92;&#124;c")]
    [InlineData("<img src=x onerror=y> &amp;", "&#60;img src=x onerror=y&#62; &#38;amp;")]
    [InlineData("*a* _b_ `c` ~~d~~ [e](f) $g$", "&#42;a&#42; &#95;b&#95; &#96;c&#96; &#126;&#126;d&#126;&#126; &#91;e&#93;(f) &#36;g&#36;")]
    [InlineData("one\r\n\n# two\u2028three", "one   &#35; two three")]
    [InlineData("1. one", "&#49;. one")]
    [InlineData("- one", "&#45; one")]
    [InlineData("1 one", "1 one")]
    [InlineData("1.0.0", "1.0.0")]
    [InlineData("1.", "&#49;.")]
    [InlineData("hiring_readers _x_", "hiring_readers &#95;x&#95;")]
    [InlineData("https://example.com, www.example.com, a@example.com", "https&#58;//example.com, www&#46;example.com, a&#64;example.com")]
    [InlineData("a\u202eb\u0007", "a\ufffdb")]
    [InlineData(null, "")]
    public void Text_is_shown_as_it_is(string? text, string markdown) => Markdown.Text(text).ShouldBe(markdown);

    [Theory]
    [InlineData("order_id", "`order_id`")]
    [InlineData("drop-zone/a_{date:yyyyMMdd}.csv", "`drop-zone/a_{date:yyyyMMdd}.csv`")]
    [InlineData("^[A|B]`\\d$", "<code>^&#91;A&#124;B&#93;&#96;&#92;d&#36;</code>")]
    [InlineData("</code><script>\n*", "`</code><script> *`")]
    [InlineData("</code>`", "<code>&#60;/code&#62;&#96;</code>")]
    [InlineData("|", "<code>&#124;</code>")]
    [InlineData(" ", "<code> </code>")]
    [InlineData("", "<code></code>")]
    public void Code_is_shown_as_it_is(string text, string markdown) => Markdown.Code(text).ShouldBe(markdown);

    [Theory]
    [InlineData("https://example.com/a?b=1&copy;=2|3", "[x](<https://example.com/a?b=1&amp;copy;=2%7C3>)")]
    [InlineData("mailto:a@example.com", "[x](<mailto:a@example.com>)")]
    [InlineData("javascript:alert(1)", "x")]
    [InlineData("data:text/html,<b>", "x")]
    [InlineData("https://example.com/>)<b>", "[x](<https://example.com/%3E)%3Cb%3E>)")]
    public void A_link_only_opens_pages_and_letters(string url, string markdown) => Markdown.Link("x", new Uri(url)).ShouldBe(markdown);
}
