using FsCheck;
using FsCheck.Fluent;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Sinks;
using Shouldly;
using Xunit;
using Outcome = Landfall.Sinks.Outcome;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Sinks;

/// <summary>What lands when several sources are staged together: the same as when they come one by one, in whatever order.</summary>
public sealed class DecisionTests
{
    private static readonly DateTimeOffset Epoch = new(2024, 1, 5, 6, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(WriteMode.Append)]
    [InlineData(WriteMode.ReplacePartition)]
    [InlineData(WriteMode.Replace)]
    [InlineData(WriteMode.Upsert)]
    public void Together_the_same_stands_as_one_by_one(WriteMode mode)
    {
        var contract = Contract("things", Table("s", "things", mode, 1, Column("k", required: true), Day));
        var gen = from count in Gen.Choose(1, 8)
                  from created in Gen.Shuffle(Enumerable.Range(1, 20).ToArray())
                  from days in Gen.Choose(1, 3).ArrayOf(count)
                  from names in Gen.Elements("a", "b").ArrayOf(count)
                  from landed in Gen.Choose(0, count)
                  select (Sources: Enumerable.Range(0, count).Select(i => Source(contract, names[i], days[i], created[i])).ToList(), Landed: landed);
        var (superseded, seen) = (0, 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(gen.ToArbitrary(), world =>
        {
            seen++;
            // Some have landed before, one by one; the rest comes together.
            var ledger = new List<LedgerEntry>();
            foreach (var source in world.Sources.Take(world.Landed)) Land(source, Decision.Decide(source, ledger), ledger);
            var alone = ledger.ToList();
            foreach (var source in world.Sources.Skip(world.Landed)) Land(source, Decision.Decide(source, alone), alone);
            var together = ledger.ToList();
            foreach (var (source, decision, newer) in Decision.DecideAll([.. world.Sources.Skip(world.Landed)], ledger))
            {
                if (decision.Outcome == Outcome.Superseded)
                {
                    superseded++;
                    newer.ShouldNotBeNull().Order.ShouldBeGreaterThan(source.Order);
                }
                Land(source, decision, together);
            }
            Standing(together, mode).ShouldBe(Standing(alone, mode));
        }));
        seen.ShouldBe(500);
        if (mode == WriteMode.Upsert) superseded.ShouldBe(0);
        else superseded.ShouldBeGreaterThan(100);
    }

    /// <summary>The sources whose rows stand at the end: of each target the newest that landed.</summary>
    private static List<string> Standing(IEnumerable<LedgerEntry> ledger, WriteMode mode) => [.. ledger.Where(e => e.Outcome == Outcome.Landed)
        .GroupBy(e => mode switch { WriteMode.Append => e.Source.Version.Name, WriteMode.ReplacePartition => $"{e.Source.Date}", WriteMode.Replace => "", _ => e.Source.Version.Identity })
        .Select(target => target.MaxBy(e => e.Source.Order)!.Source.Version.Identity).Order(StringComparer.Ordinal)];

    private static void Land(Source source, Decision decision, List<LedgerEntry> ledger) => ledger.Add(new LedgerEntry
    {
        Source = source, ContractVersion = "1", Outcome = decision.Outcome, Attempt = Guid.NewGuid(), StartedAt = Epoch, FinishedAt = Epoch,
    });

    // Generations run against creation: whoever orders by them fails.
    private static Source Source(Contract contract, string name, int day, int created) =>
        new(contract, new StoredObject("drop-zone", $"team/{name}_{day}", 100 - created, Epoch.AddMinutes(created), 1), new DateOnly(2024, 1, day));
}
