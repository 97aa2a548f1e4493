using Landfall.Events;
using Landfall.Landings;
using Landfall.Sinks;
using Landfall.Tests.Runs;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Uplifting;

/// <summary>Runs one at a time: what is raised, what is not, what stays, what is put back.</summary>
public sealed class UpliftTests : IAsyncLifetime
{
    private UpliftWorld _world = null!;

    public async Task InitializeAsync() => _world = await UpliftWorld.CreateAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Numbers_rise_and_nothing_else_does()
    {
        await _world.ExportAsync(("a", "100", "x"), ("b", "2.5", "x"), ("c", null, "x"), ("d", "", "x"), ("e", "  ", "x"), ("f", "n/a", "x"), ("g", "-5", "x"), ("h", "9223372036854775807", "x"), ("i", "0", "x"));
        var receipt = await _world.RaiseAsync("r1");

        (await _world.TonsAsync()).ShouldBe(["a|120", "b|3", "c|∅", "d|∅", "e|  ", "f|n/a", "g|-5", "h|9223372036854775807", "i|0"]);
        (receipt.Outcome, receipt.Source, receipt.Rows).ShouldBe(("uplifted", "uplifts/ships/r1#0", new ReceiptRows(6, 3, 3, 0)));
        receipt.Tables!.ShouldHaveSingleItem().ShouldBe(new TableResult("fleet.ships", 3) { Percent = 20 });
        (await _world.World.RejectsAsync(receipt)).ShouldBe(
        [
            """3,tons,logicalType,n/a,"tons is no number (digits, with at most one sign before them and one '.'), or longer than 1000 characters","{""id"":""f"",""tons"":""n/a""}" """.Trim(),
            """4,tons,minimum,"'-5","tons is negative, and only numbers from 0 are raised","{""id"":""g"",""tons"":""-5""}" """.Trim(),
            """5,tons,maximum,9223372036854775807,tons would be beyond the whole numbers of 64 bits when it is raised,"{""id"":""h"",""tons"":""9223372036854775807""}" """.Trim(),
        ]);
        receipt.Reasons!.ShouldAllBe(reject => reject.Value == null);
        (await _world.World.QueryAsync("SELECT run, key, source, base, result, CAST(percent AS STRING), page, active, previous, undone FROM `landfall.uplift_ships` ORDER BY key"))
            .ShouldBe(["r1|a|100|100|120|20|1|true|∅|∅", "r1|b|2.5|2.5|3|20|1|true|∅|∅", "r1|i|0|0|0|20|1|true|∅|∅"]);
        (await _world.World.QueryAsync("SELECT l.identity, COUNT(*) FROM `fleet.ships` t JOIN `landfall.ledger_ships` l ON l.landing_id = t._landing_id GROUP BY l.identity ORDER BY l.identity"))
            .ShouldBe(["runs/ships/export-1#0|6", "uplifts/ships/r1#0|3"]);
        (await _world.World.NamesAsync("receipts")).Count(name => name.Contains("r1.", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(45)]
    public async Task Values_are_staged_by_at_most_twenty_and_raised_by_one_transaction(int ships)
    {
        await _world.ExportAsync([.. Enumerable.Range(1, ships).Select(n => ($"s{n:00}", (string?)$"{n * 10}", "x"))]);
        var (inserts, commits) = (_world.World.Recorder.Inserts.Count, _world.World.Recorder.Commits);
        (await _world.RaiseAsync("r1")).Rows.ShouldBe(new ReceiptRows(ships, ships, 0, 0));
        (await _world.TonsAsync()).ShouldBe(Enumerable.Range(1, ships).Select(n => $"s{n:00}|{n * 12}"));
        _world.World.Recorder.Inserts.Skip(inserts).OrderDescending().ShouldBe(Enumerable.Range(1, ships).Chunk(20).Select(chunk => chunk.Length));
        (_world.World.Recorder.Commits - commits).ShouldBe(1);
        (await _world.World.QueryAsync("SELECT page, COUNT(*) FROM `landfall.uplift_ships` GROUP BY page ORDER BY page")).ShouldBe(Enumerable.Range(1, ships).Chunk(20).Select((chunk, i) => $"{i + 1}|{chunk.Length}"));
    }

    [Fact]
    public async Task A_run_is_carried_out_once_however_often_and_at_once_it_is_asked_for()
    {
        await _world.ExportAsync([.. Enumerable.Range(1, 25).Select(n => ($"s{n:00}", (string?)"10", "x"))]);
        var retries = 0;
        async Task<Receipt> UntilAsync(decimal percent)
        {
            while (true)
            {
                try
                {
                    return await _world.RaiseAsync("r1", percent);
                }
                catch (RetryException)
                {
                    Interlocked.Increment(ref retries).ShouldBeLessThan(20);
                }
            }
        }
        var receipts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => UntilAsync(20))));
        receipts.Select(receipt => receipt.FinishedAt).Distinct().ShouldHaveSingleItem();
        (await _world.TonsAsync()).ShouldAllBe(row => row.EndsWith("|12", StringComparison.Ordinal));
        (await UntilAsync(50)).Tables![0].Percent.ShouldBe(20, "what has been done under an id stands");
        (await _world.TonsAsync()).ShouldAllBe(row => row.EndsWith("|12", StringComparison.Ordinal));
        (await _world.World.QueryAsync("SELECT COUNT(*) FROM `landfall.ledger_ships` WHERE outcome = 'uplifted'")).ShouldBe(["1"]);
        (await _world.World.QueryAsync("SELECT COUNT(*) FROM `landfall.uplift_ships`")).ShouldBe(["25"]);
    }

    [Fact]
    public async Task Two_runs_compound_and_both_can_be_seen_and_undone()
    {
        await _world.ExportAsync(("a", "100", "x"), ("b", "7", "x"));
        await _world.RaiseAsync("r1");
        await _world.RaiseAsync("r2", 50);
        (await _world.TonsAsync()).ShouldBe(["a|180", "b|12"]);
        (await _world.World.QueryAsync("SELECT identity, rows_landed FROM `landfall.ledger_ships` WHERE outcome = 'uplifted' ORDER BY identity")).ShouldBe(["uplifts/ships/r1#0|2", "uplifts/ships/r2#0|2"]);
        (await _world.World.QueryAsync("SELECT run, key, source, base, result, active, previous FROM `landfall.uplift_ships` ORDER BY run, key"))
            .ShouldBe(["r1|a|100|100|120|false|∅", "r1|b|7|7|8|false|∅", "r2|a|100|120|180|true|r1", "r2|b|7|8|12|true|r1"]);

        // The first run's results stand nowhere any more.
        var rest = await _world.UndoAsync("u1", "r1");
        (rest.Outcome, rest.Rows).ShouldBe(("undone", new ReceiptRows(2, 0, 2, 0)));
        (await _world.World.RejectsAsync(rest)).Select(line => string.Join(',', line.Split(',').Take(5))).ShouldBe(["1,tons,undo,180,tons has been changed since the run", "2,tons,undo,12,tons has been changed since the run"]);
        (await _world.TonsAsync()).ShouldBe(["a|180", "b|12"]);

        (await _world.UndoAsync("u2", "r2")).Rows.ShouldBe(new ReceiptRows(2, 2, 0, 0));
        (await _world.TonsAsync()).ShouldBe(["a|120", "b|8"]);
        (await _world.UndoAsync("u2", "r2")).Rows.ShouldBe(new ReceiptRows(2, 2, 0, 0), "it is the same run");
        (await _world.UndoAsync("u3", "r2")).Rows.ShouldBe(new ReceiptRows(0, 0, 0, 0), "all is undone");
        await _world.ExportAsync(("a", "100", "y"), ("b", "7", "y"));
        (await _world.TonsAsync()).ShouldBe(["a|120", "b|8"], "what the first run has raised is kept again");
        (await _world.UndoAsync("u4", "r1")).Rows.ShouldBe(new ReceiptRows(2, 2, 0, 0));
        (await _world.TonsAsync()).ShouldBe(["a|100", "b|7"]);
        await _world.ExportAsync(("a", "100", "z"), ("b", "7", "z"));
        (await _world.TonsAsync()).ShouldBe(["a|100", "b|7"]);
    }

    [Fact]
    public async Task Undo_restores_where_the_result_stands_and_lists_the_rest()
    {
        await _world.ExportAsync(("a", "100", "x"), ("b", "007", "x"), ("c", "10", "x"), ("d", "10", "x"));
        await _world.RaiseAsync("r1");
        await _world.ExportAsync(("a", "100", "x"), ("b", "007", "x"), ("c", "11", "x"));
        var receipt = await _world.UndoAsync("u1", "r1");
        (await _world.TonsAsync()).ShouldBe(["a|100", "b|007", "c|11"]);
        receipt.Rows.ShouldBe(new ReceiptRows(4, 2, 2, 0));
        (await _world.World.RejectsAsync(receipt)).Select(line => string.Join(',', line.Split(',').Take(5))).ShouldBe(["3,tons,undo,11,tons has been changed since the run", "4,tons,undo,,tons is gone since the run"]);
        (await Should.ThrowAsync<BadEventException>(() => _world.UndoAsync("u2", "r9"))).Message.ShouldStartWith("No run 'r9' has raised values of ships;");
        await Should.ThrowAsync<BadEventException>(() => _world.UndoAsync("u2", "u1"));
    }

    [Fact]
    public async Task Undo_leaves_what_another_run_has_made_the_same()
    {
        await _world.ExportAsync(("a", "100", "x"));
        await _world.RaiseAsync("r1");
        await _world.ExportAsync(("a", "110", "x"));
        await _world.ExportAsync(("a", "100", "x"));
        await _world.RaiseAsync("r2");
        (await _world.UndoAsync("u1", "r1")).Rows.ShouldBe(new ReceiptRows(1, 0, 1, 0));
        (await _world.TonsAsync()).ShouldBe(["a|120"]);
        (await _world.UndoAsync("u2", "r2")).Rows.ShouldBe(new ReceiptRows(1, 1, 0, 0));
        (await _world.TonsAsync()).ShouldBe(["a|100"]);
    }

    /// <summary>Whether it was carried out, the ledger says; and what lands meanwhile only makes it begin again.</summary>
    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_not_made_again()
    {
        await _world.ExportAsync(("a", "100", "x"));
        _world.World.Recorder.LoseCommits = 1;
        (await _world.RaiseAsync("r1")).Rows.ShouldBe(new ReceiptRows(1, 1, 0, 0));
        _world.World.Recorder.LoseCommits.ShouldBe(0);
        (await _world.TonsAsync()).ShouldBe(["a|120"]);
        (await _world.World.QueryAsync("SELECT COUNT(*) FROM `landfall.uplift_ships`")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task The_next_export_keeps_what_it_does_not_gainsay()
    {
        await _world.ExportAsync(("a", "100", "x"), ("b", "100", "x"), ("c", "100", "x"), ("d", "100", "x"), ("e", null, "x"));
        await _world.RaiseAsync("r1");
        var receipt = await _world.ExportAsync(("a", "100", "x"), ("b", "100", "another"), ("c", "150", "x"), ("e", "9", "x"), ("f", "100", "x"));
        (await _world.World.QueryAsync("SELECT id, tons, note FROM `fleet.ships` ORDER BY id")).ShouldBe(["a|120|x", "b|120|another", "c|150|x", "e|9|x", "f|100|x"]);
        receipt.Tables!.ShouldHaveSingleItem().ShouldBe(new TableResult("fleet.ships", 4) { Added = 1, Changed = 3, Removed = 1, UpliftKept = 2, UpliftOvertaken = 1 });

        // What gave way once does not come again; what was only gone does.
        receipt = await _world.ExportAsync(("a", "100", "x"), ("b", "120", "x"), ("c", "100", "x"), ("d", "100", "x"));
        (await _world.TonsAsync()).ShouldBe(["a|120", "b|120", "c|100", "d|120"]);
        (receipt.Tables![0].UpliftKept, receipt.Tables[0].UpliftOvertaken).ShouldBe((2, 1));
        await _world.RaiseAsync("r2");
        await _world.ExportAsync(("a", "100", "x"), ("b", "120", "x"), ("c", "100", "x"), ("d", "101", "x"));
        (await _world.TonsAsync()).ShouldBe(["a|144", "b|144", "c|120", "d|101"]);
    }

    [Fact]
    public async Task What_has_changed_since_it_was_read_is_not_raised()
    {
        await _world.ExportAsync(("a", "100", "x"), ("b", "7", "x"));
        var sink = (IUpliftSink)_world.World.Sink;
        async Task TryAsync(string run, Func<Task> meanwhile)
        {
            var source = UpliftRun.Of(_world.Ships, run, RunWorld.Now);
            var uplift = await sink.BeginUpliftAsync(source, Guid.NewGuid(), default);
            await uplift.StageAsync(1, [new("a", "100", 120), new("b", "7", 8)], default);
            await meanwhile();
            await uplift.CommitAsync(new() { Source = source, ContractVersion = "1", Outcome = Outcome.Uplifted, Attempt = Guid.NewGuid(), StartedAt = RunWorld.Now, FinishedAt = RunWorld.Now, RowsLanded = 2 }, 20, default);
        }
        (await Should.ThrowAsync<RetryException>(() => TryAsync("r1", () => _world.World.QueryAsync("UPDATE `fleet.ships` SET tons = '9' WHERE id = 'b'")))).Message.ShouldBe("the rows of ships have changed since uplifts/ships/r1#0 read them");
        (await _world.TonsAsync()).ShouldBe(["a|100", "b|9"]);
        await _world.World.QueryAsync("UPDATE `fleet.ships` SET tons = '7' WHERE id = 'b'");
        await Should.ThrowAsync<RetryException>(() => TryAsync("r2", () => _world.ExportAsync(("a", "100", "x"), ("b", "7", "x"))));
        (await _world.World.QueryAsync("SELECT COUNT(*) FROM `landfall.uplift_ships`")).ShouldBe(["0"]);
        await TryAsync("r3", () => Task.CompletedTask);
        (await _world.TonsAsync()).ShouldBe(["a|120", "b|8"]);
    }

    [Fact]
    public async Task Whole_numbers_rise_too()
    {
        await using var world = await UpliftWorld.CreateAsync(RunWorld.Contract.Replace("write: replace", "write: replace, uplift: tons", StringComparison.Ordinal));
        await world.ExportAsync(("a", "100", "x"), ("b", "-1", "x"), ("c", null, "x"));
        (await world.RaiseAsync("r1")).Rows.ShouldBe(new ReceiptRows(2, 1, 1, 0));
        await world.ExportAsync(("a", "100", "y"), ("b", "-1", "x"), ("c", "5", "x"));
        (await world.TonsAsync()).ShouldBe(["a|120", "b|-1", "c|5"]);
        await world.UndoAsync("u1", "r1");
        (await world.TonsAsync()).ShouldBe(["a|100", "b|-1", "c|5"]);
    }
}
