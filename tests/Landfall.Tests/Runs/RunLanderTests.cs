using System.Text;
using System.Text.Json.Nodes;
using Landfall.Events;
using Landfall.Sinks;
using Landfall.Tests.Landings;
using Shouldly;
using Xunit;
using static Landfall.Tests.Runs.RunWorld;

namespace Landfall.Tests.Runs;

/// <summary>Runs one at a time: what lands, what is refused, and with what reason.</summary>
public sealed class RunLanderTests : IAsyncLifetime
{
    private LandingWorld _world = null!;

    public async Task InitializeAsync() => _world = await RunWorld.CreateAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(40)]
    public async Task Each_page_is_one_insert_and_the_run_lands_once(int rows)
    {
        var pages = Enumerable.Range(1, rows).Select(n => Row($"s{n:00}", 1, n)).Chunk(20).Select((chunk, i) => Page("a", i + 1, chunk)).ToList();
        foreach (var page in pages.AsEnumerable().Reverse()) (await _world.Runs.TakeAsync(page, default)).ShouldBeNull();
        if (rows > 0) (await _world.QueryAsync("SELECT COUNT(*) FROM `landfall.staging`")).ShouldBe([$"{rows}"]);

        var receipt = (await _world.Runs.TakeAsync(Complete("a", pages.Count, rows), default))!;

        (receipt.Outcome, receipt.Rows!.Read, receipt.Rows.Landed, receipt.Rows.Rejected, receipt.Rejects).ShouldBe(("landed", rows, rows, 0, null), receipt.Reason);
        receipt.Source.ShouldBe("runs/ships/a#0");
        (await _world.QueryAsync("SELECT COUNT(*), COUNT(DISTINCT id), IFNULL(SUM(tons), 0) FROM `fleet.ships`")).ShouldBe([$"{rows}|{rows}|{rows * (rows + 1) / 2}"]);
        _world.Recorder.Inserts.ShouldBe(pages.Select(page => page.Rows.Count).Reverse());
        var commits = _world.Recorder.Commits;
        (await _world.Runs.TakeAsync(Complete("a", pages.Count, rows), default)).ShouldBe(receipt with { Tables = null, Reasons = null }, new ByLetter());
        _world.Recorder.Commits.ShouldBe(commits, "it has landed already");
        (await _world.QueryAsync("SELECT COUNT(*) FROM `landfall.ledger_ships` WHERE landing_id <> 0")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Cells_are_what_a_page_says_they_are()
    {
        string[] rows =
        [
            """["", "a", 1, 5, ["x", {"y": "\u00e9"}], 0]""",
            """[true, "b", "1", "7", "", null]""",
            """[12.50, "c", 1, null, "text", {}]""",
            """[{"k": [1]}, 4, 1e0, "", null, []]""",
        ];
        await _world.Runs.TakeAsync(Page("a", 1, rows), default);
        var receipt = (await _world.Runs.TakeAsync(Complete("a", 1, 4), default))!;
        (await _world.QueryAsync("SELECT id, run, tons, IFNULL(JSON_VALUE(flags, '$[1].y'), JSON_VALUE(flags, '$')), IF(flags IS NULL, 'none', JSON_VALUE(flags, '$[0]')), note FROM `fleet.ships` ORDER BY id")).ShouldBe(
        [
            "a|1|5|é|x|∅", "b|1|7|∅|none|true", "c|1|∅|text|∅|12.50",
        ]);
        (await _world.RejectsAsync(receipt)).ShouldHaveSingleItem().ShouldBe(
            "4,run,logicalType,1e0,\"run must be a whole number of 64 bits (page 1, row 4)\",\"{\"\"note\"\":{\"\"k\"\": [1]},\"\"id\"\":4,\"\"run\"\":1e0,\"\"tons\"\":\"\"\"\",\"\"flags\"\":null,\"\"port\"\":[]}\"");
    }

    [Fact]
    public async Task Rejected_rows_lie_in_quarantine_with_page_and_row()
    {
        await _world.Runs.TakeAsync(Page("a", 2, ["{}", """["\ud800","z",1,1,null,null]""", """["x"]""", Row(null, 1), Row("s1", 1, 9)]), default);
        await _world.Runs.TakeAsync(Page("a", 1, [Row("s1", 1, 1), Row("s2", 1, 2), Row("s2", 1, 2)]), default);
        var receipt = (await _world.Runs.TakeAsync(Complete("a", 2, 8), default))!;
        (receipt.Outcome, receipt.Rows!.Read, receipt.Rows.Landed, receipt.Rows.Rejected, receipt.Rows.Collapsed).ShouldBe(("landed", 8, 2, 5, 1));
        (await _world.QueryAsync("SELECT id, tons FROM `fleet.ships` ORDER BY id")).ShouldBe(["s1|9", "s2|2"]);
        (await _world.RejectsAsync(receipt)).Select(line => string.Join(',', line.Split(',').Take(3))).ShouldBe(["21,,row", "22,,row", "23,,columns", "24,id,required", "1,id,primaryKey"]);
        receipt.Reasons![4].Place.ShouldBe("page 1, row 1");
        (await _world.RejectsAsync(receipt))[4].ShouldContain("\"{\"\"id\"\":\"\"s1\"\",\"\"run\"\":\"\"1\"\",\"\"tons\"\":\"\"1\"\"");
    }

    [Fact]
    public async Task Complete_waits_for_the_last_page()
    {
        await _world.Runs.TakeAsync(Page("old", 1, [Row("s0", 1)], minutes: -1), default);
        await _world.Runs.TakeAsync(Complete("old", 1, 1, minutes: -1), default);
        await _world.Runs.TakeAsync(Page("a", 1, Enumerable.Range(1, 20).Select(n => Row($"s{n}", 2))), default);
        (await Should.ThrowAsync<RetryException>(() => _world.Runs.TakeAsync(Complete("a", 2, 21), default))).Message.ShouldBe("20 of the 21 rows of runs/ships/a#0 are there");
        (await _world.QueryAsync("SELECT id FROM `fleet.ships`")).ShouldBe(["s0"]);
        await _world.Runs.TakeAsync(Page("a", 2, [Row("s21", 2)]), default);
        (await _world.Runs.TakeAsync(Complete("a", 2, 21), default))!.Outcome.ShouldBe("landed");
        (await _world.QueryAsync("SELECT COUNT(*) FROM `fleet.ships`")).ShouldBe(["21"]);
    }

    [Fact]
    public async Task Copies_that_differ_refuse_the_run_and_a_greater_generation_mends_it()
    {
        await _world.Runs.TakeAsync(Page("a", 1, [Row("s1", 1, 1), Row("s2", 1, 2)]), default);
        await _world.Runs.TakeAsync(Page("a", 1, [Row("s1", 1, 1), Row("s2", 1, "bad")]), default);
        var receipt = (await _world.Runs.TakeAsync(Complete("a", 1, 2), default))!;
        (receipt.Outcome, receipt.Reason).ShouldBe(("refused", "copies of one page differ: page 1, row 2, has two contents, and nothing tells which is meant"));
        (await _world.QueryAsync("SELECT COUNT(*) FROM `fleet.ships`")).ShouldBe(["0"]);
        var kept = (await _world.NamesAsync("rejects")).Single(name => name.EndsWith(".source", StringComparison.Ordinal));
        Encoding.UTF8.GetString(await _world.ReadAsync($"gs://rejects/{kept}")).TrimEnd().Split('\n').Select(line => $"{JsonNode.Parse(line)!["id"]} {JsonNode.Parse(line)!["tons"]}").ShouldBe(["s1 1", "s2 bad", "s2 2"]);
        await _world.Runs.TakeAsync(Page("a", 1, [Row("s1", 1, 1), Row("s2", 1, 3)], generation: 1), default);
        (await _world.Runs.TakeAsync(Complete("a", 1, 2, generation: 1), default))!.Outcome.ShouldBe("landed");
        (await _world.QueryAsync("SELECT id, tons FROM `fleet.ships` ORDER BY id")).ShouldBe(["s1|1", "s2|3"]);
    }

    [Fact]
    public async Task A_copy_that_differs_and_comes_between_check_and_commit_lands_nothing()
    {
        await _world.Runs.TakeAsync(Page("a", 1, [Row("s1", 1, 1)]), default);
        var (sink, contract) = ((IRunSink)_world.Sink, _world.Contracts.All[0]);
        var source = new Source(contract, new("runs", "ships/a", 0, Now, 0), null);
        var attempt = Guid.NewGuid();
        var (staging, good) = await sink.ResumeAsync(source, attempt, 1, 1, default);
        await using (staging)
        {
            good.ShouldBe(1);
            var decision = await staging.DecideAsync(default);
            await foreach (var _ in staging.CheckAsync(decision, false, default)) { }
            await _world.Runs.TakeAsync(Page("a", 1, [Row("s9", 1, 9)]), default);
            var entry = new LedgerEntry { Source = source, ContractVersion = "1", Outcome = Outcome.Landed, Attempt = attempt, StartedAt = Now, FinishedAt = Now };
            await Should.ThrowAsync<RetryException>(() => staging.CommitAsync(decision, entry, default));
        }
        (await _world.QueryAsync("SELECT COUNT(*) FROM `fleet.ships`")).ShouldBe(["0"]);
        (await _world.Runs.TakeAsync(Complete("a", 1, 1), default))!.Outcome.ShouldBe("refused");
    }

    [Fact]
    public async Task A_page_that_does_not_fit_the_contract_refuses_the_run()
    {
        await _world.Runs.TakeAsync(Page("a", 1, [Row("s1", 1)]), default);
        await _world.Runs.TakeAsync(Page("a", 2, ["[1, 2]", "3"], columns: ["id", "run"]), default);
        var receipt = (await _world.Runs.TakeAsync(Complete("a", 2, 3), default))!;
        (receipt.Outcome, receipt.Rows!.Rejected).ShouldBe(("refused", 3));
        receipt.Reason.ShouldBe("page 2 can not be taken: the header does not fit the contract: column 'tons' is missing; column 'flags' is missing; column 'note' is missing");
        _world.Recorder.Inserts.ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    public async Task Complete_that_counts_otherwise_refuses_the_run(int pages, int rows)
    {
        await _world.Runs.TakeAsync(Page("a", 1, [Row("s1", 1), Row("s2", 1)]), default);
        await _world.Runs.TakeAsync(Page("a", 2, [Row("s3", 1)]), default);
        var receipt = (await _world.Runs.TakeAsync(Complete("a", pages, rows), default))!;
        (receipt.Outcome, receipt.Reason).ShouldBe(("refused", $"'complete' names {rows} rows in {pages} pages, and there are 3 in 2, the last of them page 2"));
    }

    [Theory]
    [InlineData(-4 * 24 * 60, "its pages wait for two days at most")]
    [InlineData(26 * 60, "which is more than a day ahead")]
    public async Task A_run_of_another_time_is_refused(int minutes, string reason)
    {
        (await Should.ThrowAsync<RejectException>(() => _world.Runs.TakeAsync(Page("a", 1, [Row("s1", 1)], minutes), default))).Message.ShouldContain(reason);
        var receipt = (await _world.Runs.TakeAsync(Complete("a", 1, 1, minutes), default))!;
        receipt.Outcome.ShouldBe("refused");
        receipt.Reason!.ShouldContain(reason);
        _world.Recorder.Inserts.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_older_run_that_completes_late_is_superseded()
    {
        await _world.Runs.TakeAsync(Page("old", 1, [Row("s1", 1)], minutes: -5), default);
        await _world.Runs.TakeAsync(Page("new", 1, [Row("s2", 2)]), default);
        (await _world.Runs.TakeAsync(Complete("new", 1, 1), default))!.Outcome.ShouldBe("landed");
        var receipt = (await _world.Runs.TakeAsync(Complete("old", 1, 1, minutes: -5), default))!;
        (receipt.Outcome, receipt.Reason).ShouldBe(("superseded", "runs/ships/new#0, which is newer, has landed"));
        (await _world.QueryAsync("SELECT id FROM `fleet.ships`")).ShouldBe(["s2"]);
    }

    [Fact]
    public async Task Under_append_runs_add_up_and_a_run_that_is_sent_again_takes_its_own_place()
    {
        await using var world = await RunWorld.CreateAsync(RunWorld.Contract.Replace("write: replace", "write: append", StringComparison.Ordinal).Replace(", primaryKey: true", "", StringComparison.Ordinal));
        await LandAsync(world, "a", 0, 0, Row("s1", 1, 1), Row("s1", 1, 1));
        await LandAsync(world, "b", -1, 0, Row("s1", 2, 2));
        (await world.QueryAsync("SELECT id, run, tons, _page FROM `fleet.ships` ORDER BY run")).ShouldBe(["s1|1|1|1", "s1|1|1|1", "s1|2|2|1"]);
        await LandAsync(world, "a", 0, 7, [.. Enumerable.Range(1, 21).Select(n => Row($"t{n:00}", 3, n))]);
        (await world.QueryAsync("SELECT run, _page, COUNT(*) FROM `fleet.ships` GROUP BY run, _page ORDER BY run, _page")).ShouldBe(["2|1|1", "3|1|20", "3|2|1"]);
    }

    [Fact]
    public async Task Under_upsert_each_row_is_of_the_newest_run_that_has_it_in_whatever_order_they_complete()
    {
        await using var world = await RunWorld.CreateAsync(RunWorld.Contract.Replace("write: replace", "write: upsert", StringComparison.Ordinal));
        await LandAsync(world, "new", 0, 0, Row("s1", 2, 20), Row("s2", 2, 20));
        await LandAsync(world, "old", -5, 0, [.. Enumerable.Range(1, 25).Select(n => Row($"s{n}", 1, 10))]);
        (await world.QueryAsync("SELECT run, tons, _page, COUNT(*) FROM `fleet.ships` GROUP BY run, tons, _page ORDER BY run, _page")).ShouldBe(["1|10|1|18", "1|10|2|5", "2|20|1|2"]);
        await LandAsync(world, "newest", 5, 0, Row("s2", 3, 30), Row("s26", 3, 30));
        (await world.QueryAsync("SELECT id, run FROM `fleet.ships` WHERE run > 1 ORDER BY id")).ShouldBe(["s1|2", "s2|3", "s26|3"]);
    }

    [Fact]
    public async Task The_rows_tell_which_insert_brought_them()
    {
        await LandAsync(_world, "a", 0, 0, [.. Enumerable.Range(1, 45).Select(n => Row($"s{n:00}", 1, n))]);
        await LandAsync(_world, "b", 1, 0, [.. Enumerable.Range(1, 45).Select(n => Row($"s{n:00}", 1, n == 43 ? 0 : n)).Reverse()]);
        (await _world.QueryAsync("SELECT l.identity, t._page, COUNT(*) FROM `fleet.ships` t JOIN `landfall.ledger_ships` l ON l.landing_id = t._landing_id GROUP BY l.identity, t._page ORDER BY l.identity, t._page"))
            .ShouldBe(["runs/ships/a#0|1|20", "runs/ships/a#0|2|20", "runs/ships/a#0|3|4", "runs/ships/b#0|1|1"], "what is as it was is not written again");
    }

    [Fact]
    public async Task What_is_found_when_all_is_there_is_marked_by_twenties_too()
    {
        await LandAsync(_world, "a", 0, 0, [.. Enumerable.Range(1, 50).Select(n => Row($"s{n % 5}", 1, n))]);
        _world.Recorder.Marks.ShouldBe([20, 20, 5]);
        (await _world.QueryAsync("SELECT SUM(tons) FROM `fleet.ships`")).ShouldBe([$"{46 + 47 + 48 + 49 + 50}"]);
    }

    [Fact]
    public async Task Pages_that_came_while_the_contract_had_other_columns_do_not_land()
    {
        await _world.Runs.TakeAsync(Page("a", 1, [Row("s1", 1, 1, null, "note")]), default);
        await using var other = await RunWorld.CreateAsync(RunWorld.Contract.Replace("- { name: tons, logicalType: integer }", "- { name: port, logicalType: string }\n      - { name: tons, logicalType: integer }", StringComparison.Ordinal));
        var contract = other.Contracts.All[0];
        var source = new Source(contract, new("runs", "ships/a", 0, Now, 0), null);
        var sink = (IRunSink)_world.Sink;
        (await Should.ThrowAsync<RetryException>(() => sink.ResumeAsync(source, Guid.NewGuid(), 1, 1, default))).Message.ShouldBe("0 of the 1 rows of runs/ships/a#0 are there");
    }

    [Fact]
    public async Task A_page_of_a_run_that_says_to_have_none_lands_nothing()
    {
        await LandAsync(_world, "old", -5, 0, Row("s1", 1));
        var (sink, contract) = ((IRunSink)_world.Sink, _world.Contracts.All[0]);
        var source = new Source(contract, new("runs", "ships/a", 0, Now, 0), null);
        var (staging, _) = await sink.ResumeAsync(source, Guid.NewGuid(), 0, 0, default);
        await using (staging)
        {
            var decision = await staging.DecideAsync(default);
            await foreach (var _ in staging.CheckAsync(decision, false, default)) { }
            await _world.Runs.TakeAsync(Page("a", 1, [Row("s9", 1, 9)]), default);
            var entry = new LedgerEntry { Source = source, ContractVersion = "1", Outcome = Outcome.Landed, Attempt = Guid.NewGuid(), StartedAt = Now, FinishedAt = Now };
            await Should.ThrowAsync<RetryException>(() => staging.CommitAsync(decision, entry, default));
        }
        (await _world.QueryAsync("SELECT id FROM `fleet.ships`")).ShouldBe(["s1"]);
    }

    [Fact]
    public async Task A_number_in_JSON_that_BigQuery_can_not_hold_is_one_rejected_row()
    {
        await _world.Runs.TakeAsync(Page("a", 1, ["""[null,"s1",1,1,[1e400],null]""", """[null,"s2",1,1,[1e-400, 12345678901234567890123],null]"""]), default);
        var receipt = (await _world.Runs.TakeAsync(Complete("a", 1, 2), default))!;
        (receipt.Outcome, receipt.Rows!.Landed, receipt.Rows.Rejected).ShouldBe(("landed", 1, 1));
    }

    /// <summary>Whoever may publish on one topic may not bring rows of another's contract.</summary>
    [Theory]
    [InlineData("projects/p/subscriptions/pages-ships", true)]
    [InlineData("", true)]
    [InlineData("projects/p/subscriptions/pages-boats", false)]
    [InlineData("projects/p/subscriptions/ships", false)]
    [InlineData("projects/p/subscriptions/other-pages-ships", false)]
    public async Task A_message_comes_by_the_topic_of_its_contract(string subscription, bool taken)
    {
        var message = new PubSubMessage("1", Landfall.Runs.RunMessages.Write(Page("a", 1, [Row("s1", 1)])).Data, new Dictionary<string, string>(), null, subscription);
        if (taken) (await _world.Runs.TakeAsync(message, default)).ShouldBeNull();
        else (await Should.ThrowAsync<BadEventException>(() => _world.Runs.TakeAsync(message, default))).Message.ShouldContain("the pages of ships come by 'pages-ships', which pushes what is published on the topic 'ships'");
        _world.Recorder.Inserts.Count.ShouldBe(taken ? 1 : 0);
    }

    private static async Task LandAsync(LandingWorld world, string run, int minutes, long generation, params string[] rows)
    {
        var pages = rows.Chunk(20).Select((chunk, i) => Page(run, i + 1, chunk, minutes, generation)).ToList();
        foreach (var page in pages) await world.Runs.TakeAsync(page, default);
        var receipt = (await world.Runs.TakeAsync(Complete(run, pages.Count, rows.Length, minutes, generation), default))!;
        receipt.Outcome.ShouldBe("landed", receipt.Reason);
    }

    [Fact]
    public async Task A_page_of_more_than_an_insert_takes_refuses_the_run()
    {
        var quotes = new string('"', 3_000_000);
        await _world.Runs.TakeAsync(Page("a", 1, [Row("s1", 1, note: quotes)]), default);
        var receipt = (await _world.Runs.TakeAsync(Complete("a", 1, 1), default))!;
        (receipt.Outcome, receipt.Reason).ShouldBe(("refused", "page 1 can not be taken: its rows are more than go into one insert, which is 9 MB"));
    }

    [Fact]
    public async Task A_message_for_a_contract_that_takes_none_is_bad()
    {
        var fault = await Should.ThrowAsync<BadEventException>(() => _world.Runs.TakeAsync(Page("a", 1, [Row("s1", 1)]) with { Contract = "people" }, default));
        fault.Message.ShouldBe("The run message is for the contract 'people', which takes none; those that do: ships.");
    }

    /// <summary>Receipts have lists: they are equal if their words are.</summary>
    private sealed class ByLetter : IEqualityComparer<Landfall.Landings.Receipt?>
    {
        public bool Equals(Landfall.Landings.Receipt? x, Landfall.Landings.Receipt? y) => (x! with { Tables = null, Reasons = null }) == (y! with { Tables = null, Reasons = null });

        public int GetHashCode(Landfall.Landings.Receipt? obj) => 0;
    }
}
