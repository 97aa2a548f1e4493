using Landfall.Contracts;
using Landfall.Events;
using Landfall.Landings;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Attacks;

/// <summary>
/// Hostile files on the way that every file takes: real storage, the production pipeline, both warehouses. Each ends as it is documented, within two seconds and in 64 MB more
/// memory than the process had, and nothing but its own table, ledger row and receipt has changed. What is measured is what <see cref="Gauge"/> says; as the local
/// storage and the local BigQuery run in this process, too, what they take is counted as the landing's.
/// </summary>
[Collection(nameof(Alone))]
public sealed class FileAttackTests(AttackWorld world, ITestOutputHelper output) : IClassFixture<AttackWorld>
{
    private static readonly Dictionary<string, Attack> Attacks =
        ((IEnumerable<Attack>)[.. ArchiveAttacks.All(), .. WorkbookAttacks.All(), .. CsvAttacks.All(), .. NdjsonAttacks.All(), .. AvroAttacks.All()]).ToDictionary(attack => attack.ToString(), StringComparer.Ordinal);

    public static TheoryData<SinkKind, string> All()
    {
        var data = new TheoryData<SinkKind, string>();
        // What reads a file is the same for both warehouses: each has every other attack, and with TESTS_LONG=1 all.
        var all = Environment.GetEnvironmentVariable("TESTS_LONG") == "1";
        SinkKind[] sinks = [SinkKind.Postgres, SinkKind.BigQuery];
        foreach (var (i, name) in Attacks.Keys.Order(StringComparer.Ordinal).Index())
        {
            foreach (var sink in sinks.Where((_, j) => all || j == i % 2)) data.Add(sink, name);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_hostile_file_ends_as_documented_soon_and_touches_nothing_else(SinkKind sink, string name)
    {
        var attack = Attacks[name];
        var lander = (await world.OfAsync(sink)).Lander;
        var dropped = await DropAsync(sink, attack);
        var before = await world.FootprintAsync(sink, AttackContracts.Id(attack.Format));
        var calls = Bait.Calls;

        var (receipt, taken) = await Gauge.MeasureAsync(() => lander.LandAsync(dropped, default));

        output.WriteLine($"{sink} {attack}: {dropped.Size} bytes, {receipt.Outcome} {receipt.Rows} in {taken}");
        output.WriteLine($"{receipt.Reason} [{string.Join("; ", (receipt.Reasons ?? []).Select(r => $"{r.Line} {r.Column} {r.Rule}: {r.Reason}"))}]");
        ShouldEndAs(attack, receipt);
        await ShouldTouchItsOwnAsync(sink, attack, before, receipt);
        Bait.Calls.ShouldBe(calls, "it called the address that the file names");
        taken.ShouldBeSoonAndIn(Gauge.Little);
    }

    private static void ShouldEndAs(Attack attack, Receipt receipt)
    {
        var reasons = receipt.Reasons ?? [];
        if (attack.Landed is { } landed)
        {
            receipt.Outcome.ShouldBe("landed", receipt.Reason);
            receipt.Rows.ShouldBe(new(landed + attack.Rejects.Count, landed, attack.Rejects.Count, 0));
            reasons.Select(r => (r.Line, r.Column, r.Rule)).ShouldBe(attack.Rejects);
            return;
        }
        receipt.Outcome.ShouldBe("refused");
        receipt.Rows!.Landed.ShouldBe(0);
        receipt.Hint.ShouldNotBeNullOrEmpty();
        attack.Words.Split('|').ShouldContain(words => receipt.Reason!.Contains(words, StringComparison.Ordinal), receipt.Reason);
        attack.Rule!.Split('|').ShouldContain(reasons[^1].Rule);
        if (attack.Line != Attack.AnyLine) reasons[^1].Line.ShouldBe(attack.Line ?? 0);
    }

    /// <summary>Of tables its own rows; of the ledger one row; of buckets a receipt, and the quarantine's objects.</summary>
    private async Task ShouldTouchItsOwnAsync(SinkKind sink, Attack attack, Footprint before, Receipt receipt)
    {
        var after = await world.FootprintAsync(sink, receipt.Contract!, receipt.LandingId!);
        before.ChangedTo(after).ShouldBeEmpty();
        var own = await world.FootprintAsync(sink, receipt.Contract!);
        var ledger = sink == SinkKind.Postgres ? "landfall.landings" : $"bq_landfall.ledger_{receipt.Contract}";
        (own.Tables[ledger].Rows - before.Tables[ledger].Rows).ShouldBe(1);
        var table = sink == SinkKind.Postgres ? $"attacks.{receipt.Contract}" : $"bq_attacks.{receipt.Contract}";
        (own.Tables[table].Rows - before.Tables[table].Rows).ShouldBe(attack.Landed ?? 0);
        // All attacks after this one would have to read its cells again, of which some have megabytes.
        await (await world.OfAsync(sink)).Database.ExecuteAsync($"DELETE FROM {table} WHERE _landing_id = {receipt.LandingId}");

        foreach (var (bucket, names) in before.Buckets)
        {
            var came = after.Buckets[bucket].Except(names).ToList();
            names.Except(after.Buckets[bucket]).ShouldBeEmpty(bucket);
            came.ShouldAllBe(name => name.StartsWith($"{receipt.Contract}/", StringComparison.Ordinal), bucket);
            var rejects = attack.Landed is null ? 2 : attack.Rejects.Count > 0 ? 1 : 0;
            came.Count.ShouldBe(bucket switch { "receipts" => 1, "rejects" => rejects, _ => 0 }, bucket);
        }
        (await world.OfAsync(sink)).Arriving().ShouldBe(0);
    }

    /// <summary>Apart, so that the bytes are gone when memory is measured.</summary>
    private async Task<StorageObjectData> DropAsync(SinkKind sink, Attack attack) => await world.DropAsync(sink, attack.Format, attack.Bytes());
}
