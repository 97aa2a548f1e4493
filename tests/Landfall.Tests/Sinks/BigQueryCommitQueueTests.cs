using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Sinks;
using Landfall.Sinks.BigQuery;
using Landfall.Tests.Suites;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Sinks;

/// <summary>Who commits for others, how many they may be, and the ledger that they write.</summary>
public sealed class BigQueryCommitQueueTests : IAsyncLifetime
{
    private readonly Contract _contract = Contract("things", Table("queue", "things", WriteMode.Append, 0, Column("k", ColumnType.Int64)));
    private BigQuerySuiteDatabase _bigQuery = null!;

    public async Task InitializeAsync()
    {
        _bigQuery = await BigQuerySuiteDatabase.CreateAsync();
        _bigQuery.Known = [_contract];
    }

    public async Task DisposeAsync() => await _bigQuery.DisposeAsync();

    /// <summary>A leader's event ended while it committed for others, and all of them failed with it.</summary>
    [Fact]
    public async Task What_a_leader_took_whose_time_is_over_the_next_one_commits()
    {
        await _bigQuery.Sink.PrepareAsync(_contract, default);
        using var queue = new CommitQueue(_bigQuery.Client, _contract, TimeProvider.System);
        var (first, goOn) = await HoldFirstAsync(queue);
        using var leaders = new CancellationTokenSource();
        // All of them wait behind the first, so that the next commit is of all.
        var leader = queue.CommitAsync(Refused(1), leaders.Token);
        Task<LedgerEntry?>[] others = [queue.CommitAsync(Refused(2), default), queue.CommitAsync(Refused(3), default)];
        _bigQuery.Recorder.Committing = async token =>
        {
            _bigQuery.Recorder.Committing = null;
            await leaders.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        };
        goOn.SetResult();
        (await first).ShouldNotBeNull();
        await Should.ThrowAsync<OperationCanceledException>(() => leader);
        (await Task.WhenAll(others)).ShouldAllBe(entry => entry!.Outcome == Outcome.Refused);
        (await _bigQuery.ReadAsync("SELECT name FROM `landfall.ledger_things` WHERE landing_id <> 0 ORDER BY name")).ShouldBe(["0", "2", "3"]);
        _bigQuery.Recorder.Commits.ShouldBe(2, "the leader's was not sent, and the others' is one");
    }

    /// <summary>Whoever gives up takes its staging away, and the script that names it fails.</summary>
    [Fact]
    public async Task Who_gives_up_while_another_commits_for_it_fails_nobody_else()
    {
        await _bigQuery.Sink.PrepareAsync(_contract, default);
        using var queue = new CommitQueue(_bigQuery.Client, _contract, TimeProvider.System);
        var (first, goOn) = await HoldFirstAsync(queue);
        var leader = queue.CommitAsync(Refused(1), default);
        using var time = new CancellationTokenSource();
        var follower = queue.CommitAsync(Refused(2), time.Token);
        _bigQuery.Recorder.Committing = async _ =>
        {
            _bigQuery.Recorder.Committing = null;
            await time.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => follower);
            throw new BigQueryException("notFound", "Not found: Table local:landfall.s_2", 0);
        };
        goOn.SetResult();
        (await first).ShouldNotBeNull();
        (await leader)!.Outcome.ShouldBe(Outcome.Refused);
        (await _bigQuery.ReadAsync("SELECT name FROM `landfall.ledger_things` WHERE landing_id <> 0 ORDER BY name")).ShouldBe(["0", "1"]);
    }

    /// <summary>A contract's 300 files wait for one that BigQuery will never take.</summary>
    [Theory]
    [InlineData("q7q", 1)]
    [InlineData("q70q|q71q", 2)]
    public async Task What_is_refused_for_good_fails_alone(string bad, int failing)
    {
        await _bigQuery.Sink.PrepareAsync(_contract, default);
        using var queue = new CommitQueue(_bigQuery.Client, _contract, TimeProvider.System);
        _bigQuery.Recorder.Unacceptable = bad.Split('|');
        await queue.Gate.WaitAsync();
        var all = Enumerable.Range(0, CommitQueue.MaxSources).Select(n => queue.CommitAsync(Refused(n, $"q{n}q"), default)).ToList();
        queue.Gate.Release();
        foreach (var one in all) await one.ContinueWith(_ => { }, TaskScheduler.Default);
        all.Count(one => one.IsFaulted).ShouldBe(failing);
        all.Where(one => one.IsFaulted).ShouldAllBe(one => one.Exception!.InnerException is BigQueryException);
        (await _bigQuery.ReadAsync("SELECT CAST(COUNT(*) AS STRING) FROM `landfall.ledger_things` WHERE landing_id <> 0")).ShouldBe([$"{CommitQueue.MaxSources - failing}"]);
        _bigQuery.Recorder.Refusals.ShouldBeInRange(2, CommitQueue.MaxRefusals);
    }

    [Fact]
    public async Task When_all_are_refused_the_search_ends()
    {
        await _bigQuery.Sink.PrepareAsync(_contract, default);
        using var queue = new CommitQueue(_bigQuery.Client, _contract, TimeProvider.System);
        _bigQuery.Recorder.Unacceptable = ["q"];
        await queue.Gate.WaitAsync();
        var all = Enumerable.Range(0, CommitQueue.MaxSources).Select(n => queue.CommitAsync(Refused(n, $"q{n}q"), default)).ToList();
        queue.Gate.Release();
        foreach (var one in all) await one.ContinueWith(_ => { }, TaskScheduler.Default);
        all.ShouldAllBe(one => one.IsFaulted);
        _bigQuery.Recorder.Refusals.ShouldBe(CommitQueue.MaxRefusals);
    }

    [Fact]
    public void Who_was_overtaken_waits_longer_each_time_and_not_for_ever()
    {
        CommitQueue.Wait(0, 0).ShouldBe(TimeSpan.FromMilliseconds(50));
        CommitQueue.Wait(1, 0.5).ShouldBe(TimeSpan.FromMilliseconds(200));
        CommitQueue.Wait(CommitQueue.Rounds, 0.5).ShouldBe(TimeSpan.FromSeconds(12.8));
        // Within an event's time, with all its tries.
        Enumerable.Range(0, CommitQueue.Rounds).Sum(round => CommitQueue.Wait(round, 0.5).TotalSeconds + 10).ShouldBeLessThan(270);
    }

    /// <summary>10,000 parameters, 1 MB of text, 10 MB of a request (https://cloud.google.com/bigquery/quotas#query_jobs).</summary>
    [Fact]
    public void The_largest_commit_stays_within_the_limits_of_a_query()
    {
        var wide = Contract("wide", Table("queue", "wide", WriteMode.Append, 0, [.. Enumerable.Range(0, 300).Select(n => Column($"column_with_a_long_name_{n}"))]));
        var reasons = Enumerable.Range(0, LedgerEntry.MaxReasons).Select(n => new Reject(n, "column_with_a_long_name", "type", null, new string('ż', 300))).ToList();
        var entries = Enumerable.Range(0, CommitQueue.MaxSources).Select(n => new LedgerEntry
        {
            Source = new(wide, new StoredObject("drop-zone", new string('ż', 510) + n.ToString("0000", CultureInfo.InvariantCulture), n, SinkHarness.Epoch, 1), new DateOnly(2024, 1, 5)),
            ContractVersion = "1", Outcome = Outcome.Landed, Attempt = Guid.CreateVersion7(SinkHarness.Epoch), StartedAt = SinkHarness.Epoch, FinishedAt = SinkHarness.Epoch, Rejects = new string('r', 1024), Reasons = reasons,
        }).ToList();
        var staged = entries.Select(e => new StagedSource(e.Source, e.Attempt, new DateOnly(2024, 1, 5))).ToList();
        foreach (var one in staged) one.AddStreamed(wide.Feeds[0], 1);
        var request = CommitScript.Of(wide, [(wide.Id, 1)], staged, new StagedSql(wide, staged, []), new HashSet<Table>(), entries);
        request.Sql.Length.ShouldBeLessThan(1 << 20);
        request.Parameters.Count.ShouldBeLessThan(10_000);
        // Each value stands in an object of its own, under its name, and letters that are not ASCII in escapes.
        long Bytes(string? value) => value is null ? 4 : JsonEncodedText.Encode(value).EncodedUtf8Bytes.Length;
        var size = request.Parameters.Sum(p => p.Values.Sum(v => Bytes(v) + 14) + p.Rows.Sum(row => row.Zip(p.Fields).Sum(c => Bytes(c.First) + c.Second.Name.Length + 18)));
        size.ShouldBeInRange(2_000_000, 10_000_000 - request.Sql.Length);
    }

    [Fact]
    public void The_head_of_a_ledger_has_a_partition_of_its_own()
    {
        var bounds = Regex.Match(LedgerTable.Create(_contract, null), @"RANGE_BUCKET\(landing_id, GENERATE_ARRAY\((-?\d+), (\d+), (\d+)\)\)").Groups.Values.Skip(1).Select(g => long.Parse(g.Value, CultureInfo.InvariantCulture)).ToList();
        bounds.Count.ShouldBe(3);
        var (start, end, interval) = (bounds[0], bounds[1], bounds[2]);
        (start + interval).ShouldBe(1, "the first range ends behind 0, and no id is below it");
        (checked(end - start) / interval).ShouldBe(LedgerTable.Ranges + 1);
        (checked(end - start) % interval).ShouldBe(0);
        LedgerTable.Ranges.ShouldBeInRange(CommitQueue.MaxSources, 10_000 - 2);
        ((double)end / long.MaxValue).ShouldBeGreaterThan(0.998, "few ids are in no range");
    }

    [Fact]
    public async Task A_ledger_that_stands_unpartitioned_is_used_as_it_is()
    {
        await _bigQuery.ExecuteAsync("CREATE SCHEMA IF NOT EXISTS landfall");
        await _bigQuery.ExecuteAsync(Regex.Replace(LedgerTable.Create(_contract, null), @"PARTITION BY .*\n", ""));
        (await new SinkHarness(_bigQuery.Sink).LandAsync(_contract, "team/things_20240105.csv", 1, "k\n1\n")).Outcome.ShouldBe(Outcome.Landed);
        (await new SinkHarness(_bigQuery.Sink).LandAsync(_contract, "team/things_20240105.csv", 1, "k\n1\n")).Outcome.ShouldBe(Outcome.AlreadyLanded);
        (await new SinkHarness(_bigQuery.Sink).LandAsync(_contract, "team/things_20240105.csv", 2, "k\n2\n")).Outcome.ShouldBe(Outcome.Landed);
        (await _bigQuery.ReadAsync("SELECT k FROM `queue.things`")).ShouldBe(["2"]);
    }

    [Fact]
    public async Task A_landing_of_a_small_file_begins_with_its_own_entry_and_decides_by_all()
    {
        (await new SinkHarness(_bigQuery.Sink).LandAsync(_contract, "team/things_20240105.csv", 2, "k\n2\n")).Outcome.ShouldBe(Outcome.Landed);
        Source Of(int created, long size) => new(_contract, new StoredObject(_contract.Object!.Bucket, "team/things_20240105.csv", created, SinkHarness.Epoch.AddMinutes(created), size), null);
        (await _bigQuery.Sink.LookAsync(Of(2, 4), default)).ShouldHaveSingleItem().Source.Version.Generation.ShouldBe(2);
        (await _bigQuery.Sink.LookAsync(Of(1, 4), default)).ShouldBeEmpty();
        // Each form of a statement is kept once.
        var literal = $"landing_id IN ({Of(2, 4).Version.LandingId})";
        _bigQuery.Recorder.Statements.ShouldContain(sql => sql.Contains(literal, StringComparison.Ordinal));
        (await _bigQuery.Sink.ReadLedgerAsync(Of(1, 4), default)).ShouldHaveSingleItem().Source.Version.Generation.ShouldBe(2);
        (await _bigQuery.Sink.LookAsync(Of(1, BigQueryStaging.SmallBytes + 1), default)).ShouldHaveSingleItem("a large one is not read for nothing");
        (await new SinkHarness(_bigQuery.Sink).LandAsync(_contract, "team/things_20240105.csv", 1, "k\n1\n")).Outcome.ShouldBe(Outcome.Superseded);
        (await _bigQuery.ReadAsync("SELECT k FROM `queue.things`")).ShouldBe(["2"]);
    }

    /// <summary>A first commit that is under way until it may go on: whoever comes meanwhile waits behind it.</summary>
    private async Task<(Task<LedgerEntry?> First, TaskCompletionSource GoOn)> HoldFirstAsync(CommitQueue queue)
    {
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        _bigQuery.Recorder.Committing = async _ =>
        {
            reached.TrySetResult();
            await goOn.Task;
        };
        var first = queue.CommitAsync(Refused(0), default);
        await reached.Task;
        return (first, goOn);
    }

    private Pending Refused(int number, string? name = null) => new(new LedgerEntry
    {
        Source = new(_contract, new StoredObject("drop-zone", name ?? $"{number}", number, SinkHarness.Epoch, 1), null),
        ContractVersion = "1", Outcome = Outcome.Refused, Attempt = Guid.CreateVersion7(SinkHarness.Epoch), StartedAt = SinkHarness.Epoch, FinishedAt = SinkHarness.Epoch, Reason = "bad",
    }, null);
}
