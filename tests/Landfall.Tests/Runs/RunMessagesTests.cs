using System.Diagnostics;
using System.Text;
using Landfall.Events;
using Landfall.Runs;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Runs;

public sealed class RunMessagesTests
{
    private const string Run = "\"version\":1,\"contract\":\"customers\",\"run\":\"customers-20240105T060000Z\",\"at\":\"2024-01-05T06:00:00Z\"";
    private const string Page = "{" + Run + ",\"kind\":\"page\",\"generation\":7,\"page\":2,\"columns\":[\"registered\",\"cookie\"],\"rows\":[[\"c1\",[\"a\"]],[\"c2\",null]]}";
    private const string Complete = "{" + Run + ",\"kind\":\"complete\",\"pages\":3,\"rows\":45}";

    private static readonly DateTimeOffset At = new(2024, 1, 5, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_page_is_read()
    {
        var page = Read(Page).ShouldBeOfType<PageMessage>();
        (page.Contract, page.Run, page.At, page.Generation, page.Page).ShouldBe(("customers", "customers-20240105T060000Z", At, 7L, 2));
        page.Columns.ShouldBe(["registered", "cookie"]);
        Texts(page).ShouldBe(["[\"c1\",[\"a\"]]", "[\"c2\",null]"]);
        Pages.Line(page.Page, 1).ShouldBe(22);
    }

    [Fact]
    public void Complete_is_read_and_its_generation_may_be_left_out()
    {
        var complete = Read(Complete).ShouldBeOfType<CompleteMessage>();
        (complete.Contract, complete.Run, complete.At, complete.Generation, complete.Pages, complete.Rows).ShouldBe(("customers", "customers-20240105T060000Z", At, 0L, 3, 45L));
        Read(Complete.Replace("45", "0").Replace("3", "0")).ShouldBeOfType<CompleteMessage>().Rows.ShouldBe(0);
    }

    [Fact]
    public void What_is_written_is_the_documented_text_and_is_read_back()
    {
        var complete = new CompleteMessage { Contract = "customers", Run = "r-1", At = At.AddTicks(5), Generation = 3, Pages = 1, Rows = 20 };
        var written = RunMessages.Write(complete);
        Encoding.UTF8.GetString(written.Data.Span).ShouldBe(
            """{"version":1,"kind":"complete","contract":"customers","run":"r-1","at":"2024-01-05T06:00:00.0000005Z","generation":3,"pages":1,"rows":20}""");
        written.Attributes.ShouldBe(new Dictionary<string, string> { ["landfall-contract"] = "customers", ["landfall-run"] = "r-1", ["landfall-kind"] = "complete" }, ignoreOrder: true);
        RunMessages.Read(written.Data).ShouldBe(complete);

        byte[][] rows = ["[\"é\\ud800\", 1e400]"u8.ToArray(), "{}"u8.ToArray(), "null"u8.ToArray()];
        var page = new PageMessage { Contract = "customers", Run = "r-1", At = At.ToOffset(TimeSpan.FromHours(-5)), Page = 1, Columns = ["año", "\"<"], Rows = [.. rows.Select(row => (ReadOnlyMemory<byte>)row)] };
        written = RunMessages.Write(page);
        Encoding.UTF8.GetString(written.Data.Span).ShouldBe(
            """{"version":1,"kind":"page","contract":"customers","run":"r-1","at":"2024-01-05T06:00:00Z","generation":0,"page":1,"columns":["año","\"<"],"rows":[["é\ud800", 1e400],{},null]}""");
        written.Attributes["landfall-kind"].ShouldBe("page");
        var read = RunMessages.Read(written.Data).ShouldBeOfType<PageMessage>();
        (read.At, read.Page).ShouldBe((At, 1));
        read.Columns.ShouldBe(page.Columns);
        Texts(read).ShouldBe(rows.Select(Encoding.UTF8.GetString));
    }

    [Fact]
    public void What_would_not_be_read_is_not_written()
    {
        var page = (PageMessage)Read(Page);
        Should.Throw<ArgumentException>(() => RunMessages.Write(page with { Rows = [] }));
        Should.Throw<ArgumentException>(() => RunMessages.Write(page with { Rows = [.. Enumerable.Repeat(page.Rows[0], 21)] }));
        Should.Throw<ArgumentException>(() => RunMessages.Write(page with { Page = 0 }));
        Should.Throw<ArgumentException>(() => RunMessages.Write(page with { Columns = [] }));
        Should.Throw<ArgumentException>(() => RunMessages.Write(page with { Run = "a b" }));
        Should.Throw<ArgumentException>(() => RunMessages.Write(page with { Contract = "A" }));
        Should.Throw<ArgumentException>(() => RunMessages.Write(page with { Rows = [Encoding.UTF8.GetBytes($"[\"{new string('x', Pages.MaxBytes)}\"]")] }));
        Should.Throw<ArgumentException>(() => RunMessages.Write((CompleteMessage)Read(Complete) with { Rows = 61 }));
    }

    [Theory]
    [InlineData("\"version\":1", "\"version\":2", "another version")]
    [InlineData("\"version\":1", "\"version\":\"1\"", "'version'")]
    [InlineData("\"version\":1", "\"version\":1.0", "'version'")]
    [InlineData("\"version\":1,", "", "no 'version'")]
    [InlineData("\"version\":1", "\"version\":1,\"version\":1", "'version' twice")]
    [InlineData("\"version\":1", "\"version\":1,\"\\u0076ersion\":1", "'version' twice")]
    [InlineData("\"version\":1", "\"version\":1,\"extra\":1", "does not know")]
    [InlineData("\"version\":1", "\"version\":1,\"pages\":1", "'pages', which its kind has not")]
    [InlineData("\"page\",", "\"Page\",", "'kind'")]
    [InlineData("\"page\",", "\"complete\",", "no 'pages'")]
    [InlineData("\"page\",", "null,", "'kind'")]
    [InlineData("\"customers\"", "\"Customers\"", "'contract'")]
    [InlineData("\"customers\"", "[\"customers\"]", "'contract'")]
    [InlineData("\"customers\"", "\"cust\\ud800omers\"", "surrogate")]
    [InlineData("customers-2", "customers/2", "'run'")]
    [InlineData("customers-20240105T060000Z", "", "'run'")]
    [InlineData("2024-01-05T06:00:00Z", "2024-01-05", "'at'")]
    [InlineData("2024-01-05T06:00:00Z", "0001-01-01T00:00:00+14:00", "'at'")]
    [InlineData("\"generation\":7", "\"generation\":-1", "'generation'")]
    [InlineData("\"generation\":7", "\"generation\":9223372036854775808", "'generation'")]
    [InlineData("\"generation\":7", "\"generation\":null", "'generation'")]
    [InlineData("\"page\":2", "\"page\":0", "'page'")]
    [InlineData("\"page\":2", "\"page\":2147483648", "'page'")]
    [InlineData("\"page\":2", "\"page\":1e0", "'page'")]
    [InlineData("\"page\":2,", "", "no 'page'")]
    [InlineData("[\"registered\",\"cookie\"]", "[]", "without columns")]
    [InlineData("[\"registered\",\"cookie\"]", "[\"registered\",1]", "'columns'")]
    [InlineData("[\"registered\",\"cookie\"]", "[\"registered\",[]]", "'columns'")]
    [InlineData("[\"registered\",\"cookie\"]", "{}", "'columns'")]
    [InlineData("[\"registered\",\"cookie\"]", "[\"\\ud800\"]", "surrogate")]
    [InlineData("[[\"c1\",[\"a\"]],[\"c2\",null]]", "[]", "without rows")]
    [InlineData("[[\"c1\",[\"a\"]],[\"c2\",null]]", "2", "'rows' is a number")]
    [InlineData("[[\"c1\",[\"a\"]],[\"c2\",null]]", "{}", "'rows'")]
    [InlineData("[[\"c1\",[\"a\"]],[\"c2\",null]]", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21]", "at most 20 rows")]
    [InlineData("[\"c2\",null]", "[\"c2\",nul]", "not valid JSON")]
    [InlineData("null]]}", "null]]", "not valid JSON")]
    [InlineData("null]]}", "null]]}{}", "not valid JSON")]
    [InlineData("null]]}", "null]]},", "not valid JSON")]
    public void A_page_that_is_none_is_told(string found, string instead, string words)
    {
        Page.ShouldContain(found);
        var at = Page.IndexOf(found, StringComparison.Ordinal);
        Refused(Page[..at] + instead + Page[(at + found.Length)..]).ShouldContain(words);
    }

    [Theory]
    [InlineData("\"pages\":3", "\"pages\":2", "can not both be")]
    [InlineData("\"pages\":3", "\"pages\":46", "can not both be")]
    [InlineData("\"pages\":3", "\"pages\":0", "can not both be")]
    [InlineData("\"rows\":45", "\"rows\":9223372036854775807", "can not both be")]
    [InlineData("\"rows\":45", "\"rows\":-1", "'rows'")]
    [InlineData("\"rows\":45", "\"rows\":\"45\"", "'rows'")]
    [InlineData("\"rows\":45", "\"rows\":[]", "expected their number")]
    [InlineData("\"rows\":45", "\"rows\":45,\"columns\":[]", "'columns', which its kind has not")]
    public void A_complete_that_is_none_is_told(string found, string instead, string words) => Refused(Complete.Replace(found, instead)).ShouldContain(words);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\uFEFF{}")]
    public void What_is_no_object_of_ours_is_told(string text) => Refused(text).ShouldStartWith("The run message ");

    [Fact]
    public void Rows_of_any_kind_are_passed_on_as_deep_as_a_row_may_be()
    {
        var deepest = new string('[', 62) + new string(']', 62);
        Texts((PageMessage)Read(Page.Replace("[\"c2\",null]", deepest)))[1].ShouldBe(deepest);
        Refused(Page.Replace("[\"c2\",null]", $"[{deepest}]")).ShouldContain("nested too deeply");
    }

    [Fact]
    public void Hostile_messages_are_refused_quickly_and_in_little_memory()
    {
        var huge = Pages.MaxBytes - 1000;
        string[] hostile =
        [
            new string('[', huge), new string('{', huge), Page.Replace("[\"c2\",null]", new string('[', huge)),
            Page.Replace("[\"c2\",null]", string.Join(',', Enumerable.Repeat("[]", huge / 3))),
            Page.Replace("\"cookie\"", string.Join(',', Enumerable.Repeat("\"\"", huge / 3))),
            Page.Replace("\"page\":2", "\"page\":" + new string('9', huge)),
            Page.Replace("2024-01-05T06:00:00Z", "2024-01-05T06:00:00." + new string('9', huge)),
            Page.Replace("\"page\":2", $"\"{new string('x', huge)}\":2"),
            "{" + string.Join(',', Enumerable.Repeat("\"page\":2", huge / 9)) + "}",
            new string(' ', Pages.MaxBytes + 1),
        ];
        foreach (var bytes in hostile.Select(Encoding.UTF8.GetBytes).ToList())
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.StartNew();
            try
            {
                // A fraction of millions of digits is a timestamp all the same.
                RunMessages.Read(bytes).At.Second.ShouldBe(0);
            }
            catch (BadEventException e)
            {
                e.Message.Length.ShouldBeLessThan(300);
            }
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64 << 20);
        }
        Should.Throw<BadEventException>(() => RunMessages.Read(new byte[] { (byte)'{', 0xC0, 0xA0, (byte)'}' })).Message.ShouldContain("UTF-8");
    }

    [Fact]
    public void Damaged_messages_throw_nothing_but_BadEvent()
    {
        const int Seed = 5, Rounds = 20_000;
        var random = new Random(Seed);
        var (read, refused) = (0, 0);
        string[] splinters = ["\"", "\\", "\\ud800", "null", "{}", "[", "]", "-1", "1e999", "99999999999999999999", ":", ",", "}", "\"rows\":", "\0"];
        for (var round = 0; round < Rounds; round++)
        {
            var text = new StringBuilder(random.Next(2) == 0 ? Page : Complete);
            for (var times = random.Next(1, 4); times > 0; times--)
            {
                var at = random.Next(text.Length);
                if (random.Next(2) == 0) text.Remove(at, random.Next(Math.Min(5, text.Length - at + 1)));
                else text.Insert(at, splinters[random.Next(splinters.Length)]);
            }
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            if (random.Next(10) == 0) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                // What is taken can be written, and is taken again.
                RunMessages.Read(RunMessages.Write(RunMessages.Read(bytes)).Data);
                read++;
            }
            catch (BadEventException)
            {
                refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {Seed}, round {round}: {text}", e);
            }
        }
        read.ShouldBeGreaterThan(100);
        refused.ShouldBeGreaterThan(Rounds / 2);
    }

    private static RunMessage Read(string json) => RunMessages.Read(new PubSubMessage("1", Encoding.UTF8.GetBytes(json), new Dictionary<string, string>(), null, ""));

    private static string Refused(string json) => Should.Throw<BadEventException>(() => Read(json)).Message;

    private static List<string> Texts(PageMessage page) => [.. page.Rows.Select(row => Encoding.UTF8.GetString(row.Span))];
}
