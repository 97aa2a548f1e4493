using System.Text;
using Landfall.Events;
using Landfall.Landings;
using Landfall.Tests.Landings;
using Landfall.Tests.Runs;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Attacks;

/// <summary>Hostile messages of a run: each is refused as one that can not be read, or its rows are rejected; soon, and in little memory.</summary>
[Collection(nameof(Alone))]
public sealed class PageAttackTests : IAsyncLifetime
{
    private LandingWorld _world = null!;

    public async Task InitializeAsync()
    {
        _world = await RunWorld.CreateAsync();
        (await LandAsync("warm", """["x","id",1,2,null,""]""")).Rows.ShouldBe(new(1, 1, 0, 0));
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    /// <summary>A name, the message's data, and a piece of the refusal.</summary>
    public static TheoryData<string, Func<byte[]>, string> Unreadable => new()
    {
        { "10,000 levels", () => Page(new string('[', 10_000) + new string(']', 10_000)), "nested too deeply" },
        { "10,000 levels of what nobody knows", () => AttackBytes.Utf8("{\"x\":" + new string('[', 10_000)), "a member that version 1 does not know" },
        { "a text of 7 MB", () => Page($"[\"{new string('x', 7_000_000)}\"]"), "is longer than 6000000 bytes" },
        { "a million rows", () => Page(string.Join(',', Enumerable.Repeat("[]", 1_000_000))), "at most 20 rows" },
        { "a million columns", () => Page("[]", string.Join(',', Enumerable.Repeat("\"c\"", 1_000_000))), "at most" },
        { "half of a surrogate pair for a column", () => Page("[]", "\"\\ud800\""), "half of a surrogate pair" },
        { "a run's name of 1 MB", () => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Page("[]")).Replace("attack", new string('r', 1_000_000), StringComparison.Ordinal)), "'run'" },
        { "members that stand twice", () => AttackBytes.Utf8("{\"version\":1,\"version\":1}"), "twice" },
        { "a page of 10,000 digits", () => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Page("[]")).Replace("\"page\":1", $"\"page\":{new string('9', 10_000)}", StringComparison.Ordinal)), "a 'page' that can not be read" },
        { "page 1e999999", () => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Page("[]")).Replace("\"page\":1", "\"page\":1e999999", StringComparison.Ordinal)), "a 'page' that can not be read" },
        { "bytes that are not UTF-8", () => [.. Page("[]"), 0xED, 0xA0, 0x80], "not UTF-8" },
        { "two messages in one", () => [.. Page("[]"), .. Page("[]")], "not valid JSON" },
        { "no bytes", () => [], "not valid JSON" },
    };

    [Theory]
    [MemberData(nameof(Unreadable), DisableDiscoveryEnumeration = true)]
    public async Task What_can_not_be_read_is_refused(string name, Func<byte[]> make, string words)
    {
        var message = Message(make());
        var before = await Footprint.TakeAsync(_world.Database.DataSource);
        var (refusal, taken) = await Gauge.MeasureAsync(() => Should.ThrowAsync<BadEventException>(() => _world.Runs.TakeAsync(message, default), name));
        refusal.Message.ShouldContain(words);
        refusal.Message.Length.ShouldBeLessThan(1000);
        before.ChangedTo(await Footprint.TakeAsync(_world.Database.DataSource)).ShouldBeEmpty();
        taken.ShouldBeSoonAndIn(Gauge.Little);
    }

    /// <summary>A name, a row, and the rule that rejects it.</summary>
    public static TheoryData<string, string, string> Rejected => new()
    {
        { "a row of 100,000 cells", $"[{string.Join(',', Enumerable.Range(0, 100_000))}]", "columns" },
        { "no array", "\"text\"", "row" },
        { "half of a surrogate pair", """["\ud800","id",1,2,null,""]""", "row" },
        { "an escaped NUL", """["\u0000","id",1,2,null,""]""", "encoding" },
        { "10,000 digits", $"""["x","id",1,{new string('9', 10_000)},null,""]""", "logicalType" },
        { "1e999999", """["x","id",1,1e999999,null,""]""", "logicalType" },
    };

    [Theory]
    [MemberData(nameof(Rejected))]
    public async Task A_row_that_can_not_land_is_rejected_alone(string name, string row, string rule)
    {
        var (receipt, taken) = await Gauge.MeasureAsync(() => LandAsync("attack", row, """["x","good",1,2,null,""]"""));
        receipt.Rows.ShouldBe(new(2, 1, 1, 0), name);
        receipt.Reasons!.ShouldHaveSingleItem().Rule.ShouldBe(rule);
        taken.ShouldBeSoonAndIn(Gauge.Little);
    }

    private async Task<Receipt> LandAsync(string run, params string[] rows)
    {
        var minutes = run == "warm" ? 0 : 1;
        (await _world.Runs.TakeAsync(Message(Landfall.Runs.RunMessages.Write(RunWorld.Page(run, 1, rows, minutes)).Data.ToArray()), default)).ShouldBeNull();
        return (await _world.Runs.TakeAsync(Message(Landfall.Runs.RunMessages.Write(RunWorld.Complete(run, 1, rows.Length, minutes)).Data.ToArray()), default))!;
    }

    private static PubSubMessage Message(byte[] data) => new("1", data, new Dictionary<string, string>(), null, "projects/local/subscriptions/pages-ships");

    private static byte[] Page(string rows, string? columns = null) => Encoding.UTF8.GetBytes(
        $"{{\"version\":1,\"kind\":\"page\",\"contract\":\"ships\",\"run\":\"attack\",\"at\":\"2024-01-05T06:00:00Z\",\"page\":1,\"columns\":[{columns ?? string.Join(',', RunWorld.Columns.Select(c => $"\"{c}\""))}],\"rows\":[{rows}]}}");
}
