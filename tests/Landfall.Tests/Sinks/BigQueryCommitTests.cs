using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Sinks;
using Landfall.Tests.Suites;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Sinks;

/// <summary>Commits that meet: of one file, of many, and of programs that know different contracts.</summary>
public sealed class BigQueryCommitTests : IAsyncLifetime
{
    /// <summary>How often two deliveries meet; more by <c>TESTS_ROUNDS</c>.</summary>
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("TESTS_ROUNDS"), out var rounds) ? rounds : 40;

    private BigQuerySuiteDatabase _bigQuery = null!;

    public async Task InitializeAsync() => _bigQuery = await BigQuerySuiteDatabase.CreateAsync();

    public async Task DisposeAsync() => await _bigQuery.DisposeAsync();

    [Theory]
    [InlineData(WriteMode.Append, 0)]
    [InlineData(WriteMode.Append, 1)]
    [InlineData(WriteMode.Upsert, 1)]
    [InlineData(WriteMode.ReplacePartition, 0)]
    [InlineData(WriteMode.ReplacePartition, 1)]
    [InlineData(WriteMode.Replace, 0)]
    [InlineData(WriteMode.Replace, 1)]
    public async Task Two_deliveries_of_one_file_that_commit_at_one_moment_land_it_once(WriteMode mode, int keys)
    {
        var contract = Contract("things", Table("meet", "things", mode, keys, Column("k", ColumnType.Int64, required: true), Column("v"), Day));
        _bigQuery.Known = [contract];
        var other = _bigQuery.Another();
        for (var round = 1; round <= Rounds; round++)
        {
            using var together = new Barrier(2);
            Task Meet()
            {
                together.SignalAndWait();
                return Task.CompletedTask;
            }
            // One object in ever newer versions: each round replaces what the one before brought.
            var outcomes = await Task.WhenAll(new[] { _bigQuery.Sink, other }.Select(sink => Task.Run(() => AgainAsync(new SinkHarness(sink) { Staged = Meet }, contract, round))));
            outcomes.Count(o => o == Outcome.Landed).ShouldBe(1, $"round {round}");
            outcomes.Count(o => o == Outcome.AlreadyLanded).ShouldBe(1, $"round {round}");
            (await _bigQuery.ReadAsync("SELECT k, v FROM `meet.things` ORDER BY k")).ShouldBe(["1|a", $"2|{round}"], $"round {round}");
        }
        (await _bigQuery.ReadAsync("SELECT COUNT(*), COUNT(DISTINCT identity) FROM `landfall.ledger_things` WHERE outcome = 'landed'")).ShouldBe([$"{Rounds}|{Rounds}"]);
        (await _bigQuery.ReadAsync("SELECT version FROM `landfall.ledger_things` WHERE landing_id = 0")).ShouldBe([$"{Rounds}"]);
    }

    /// <summary>Found by a process that died with both of them on their way: the redelivery committed them together, and the good version gave way to the refused one.</summary>
    [Fact]
    public async Task A_newer_version_that_is_refused_in_the_same_commit_supersedes_nothing()
    {
        var contract = Contract("things", Table("same_commit", "things", WriteMode.Append, 0, Column("k", ColumnType.Int64)));
        _bigQuery.Known = [contract];
        await _bigQuery.Sink.PrepareAsync(contract, default);
        var harness = new SinkHarness(_bigQuery.Sink);
        var pairs = Enumerable.Range(1, 60).Select(async n =>
        {
            var name = $"team/things_{new DateOnly(2024, 1, 1).AddDays(n):yyyyMMdd}.csv";
            contract.Object!.Matches(contract.Object.Bucket, name, out var date);
            var refused = new LedgerEntry
            {
                Source = new(contract, new(contract.Object.Bucket, name, 1000 + n, SinkHarness.Epoch.AddMinutes(1000 + n), 1), date),
                ContractVersion = "1", Outcome = Outcome.Refused, Attempt = Guid.NewGuid(), StartedAt = SinkHarness.Epoch, FinishedAt = SinkHarness.Epoch, Reason = "bad",
            };
            var both = (harness.LandAsync(contract, name, n, $"k\n{n}\n"), _bigQuery.Sink.RecordAsync(refused, default));
            return ((await both.Item1).Outcome, (await both.Item2).Outcome);
        }).ToList();
        (await Task.WhenAll(pairs)).Distinct().ShouldBe([(Outcome.Landed, Outcome.Refused)]);
        _bigQuery.Recorder.Commits.ShouldBeLessThan(60, "they have met");
    }

    [Fact]
    public async Task Five_hundred_files_cost_far_fewer_transactions()
    {
        var contract = Contract("things", Table("many", "things", WriteMode.Append, 0, Column("k", ColumnType.Int64)));
        _bigQuery.Known = [contract];
        await _bigQuery.Sink.PrepareAsync(contract, default);
        var harness = new SinkHarness(_bigQuery.Sink);
        using var atOnce = new SemaphoreSlim(40);
        var landed = await Task.WhenAll(Enumerable.Range(1, 500).Select(async n =>
        {
            await atOnce.WaitAsync();
            try
            {
                return (await harness.LandAsync(contract, $"team/things_{n:0000}.csv", n, $"k\n{n}\n{n}\n")).Outcome;
            }
            finally
            {
                atOnce.Release();
            }
        }));
        landed.ShouldAllBe(outcome => outcome == Outcome.Landed);
        (await _bigQuery.ReadAsync("SELECT COUNT(*), COUNT(DISTINCT k), COUNT(DISTINCT _landing_id) FROM `many.things`")).ShouldBe(["1000|500|500"]);
        _bigQuery.Recorder.Commits.ShouldBeLessThan(125);
    }

    [Fact]
    public async Task A_newer_version_supersedes_an_older_one_that_is_committed_with_it()
    {
        var contract = Contract("things", Table("batch", "things", WriteMode.ReplacePartition, 0, Column("k", ColumnType.Int64), Day));
        _bigQuery.Known = [contract];
        await _bigQuery.Sink.PrepareAsync(contract, default);
        var results = await Task.WhenAll(Enumerable.Range(1, 20).Select(n => new SinkHarness(_bigQuery.Sink).LandAsync(contract, $"team/things_2024010{n % 2 + 5}.csv", n, $"k\n{n}\n")));
        results.ShouldAllBe(r => r.Outcome == Outcome.Landed || r.Outcome == Outcome.Superseded);
        (await _bigQuery.ReadAsync("SELECT k, day FROM `batch.things` ORDER BY k")).ShouldBe(["19|2024-01-06", "20|2024-01-05"]);
        (await _bigQuery.ReadAsync("SELECT COUNT(*) FROM `landfall.ledger_things` WHERE landing_id <> 0")).ShouldBe(["20"]);
    }

    [Fact]
    public async Task What_was_staged_and_is_gone_lands_nothing()
    {
        var contract = Contract("things", Table("gone", "things", WriteMode.Append, 0, Column("k", ColumnType.Int64)));
        _bigQuery.Known = [contract];
        var harness = new SinkHarness(_bigQuery.Sink)
        {
            Careful = true,
            Staged = async () =>
            {
                var tables = (await _bigQuery.StagedAsync()).ShouldHaveSingleItem();
                await _bigQuery.ExecuteAsync($"DROP TABLE `{tables}`");
            },
        };
        var fault = await Should.ThrowAsync<BigQueryException>(() => harness.LandAsync(contract, "team/things_20240105.csv", 1, "k\n1\n"));
        _bigQuery.Sink.Classify(fault).ShouldBeOfType<RetryException>();
        (await _bigQuery.ReadAsync("SELECT k FROM `gone.things`")).ShouldBeEmpty();
        (await new SinkHarness(_bigQuery.Sink).LandAsync(contract, "team/things_20240105.csv", 1, "k\n1\n")).Outcome.ShouldBe(Outcome.Landed);
    }

    [Fact]
    public async Task A_program_that_knows_a_contract_by_its_old_name_lands_nothing_more()
    {
        var before = Contract("things", Table("moved", "things", WriteMode.Append, 0, Column("k", ColumnType.Int64)));
        var after = before with { Id = Identifier.Parse("things_v2") };
        _bigQuery.Known = [before, after];
        var old = _bigQuery.Another();
        (await new SinkHarness(old).LandAsync(before, "team/things_20240105.csv", 1, "k\n1\n")).Outcome.ShouldBe(Outcome.Landed);
        (await new SinkHarness(_bigQuery.Sink).LandAsync(after, "team/things_20240106.csv", 2, "k\n2\n")).Outcome.ShouldBe(Outcome.Landed);
        (await Should.ThrowAsync<RetryException>(() => new SinkHarness(old).LandAsync(before, "team/things_20240107.csv", 3, "k\n3\n"))).Message.ShouldContain("landed by another contract");
        // What landed under the old name has landed.
        (await new SinkHarness(_bigQuery.Sink).LandAsync(after, "team/things_20240105.csv", 1, "k\n1\n")).Outcome.ShouldBe(Outcome.AlreadyLanded);
        (await _bigQuery.ReadAsync("SELECT k FROM `moved.things` ORDER BY k")).ShouldBe(["1", "2"]);
    }

    /// <summary>As a landing does: what finds its ledger moved by another begins again.</summary>
    private static async Task<Outcome> AgainAsync(SinkHarness harness, Contract contract, int round)
    {
        try
        {
            return (await harness.LandAsync(contract, "team/things_20240105.csv", round, $"k,v\n1,a\n2,{round}\n")).Outcome;
        }
        catch (RetryException)
        {
            return (await new SinkHarness(harness.Sink).LandAsync(contract, "team/things_20240105.csv", round, $"k,v\n1,a\n2,{round}\n")).Outcome;
        }
    }
}
