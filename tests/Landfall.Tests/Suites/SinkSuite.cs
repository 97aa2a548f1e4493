using Landfall.Contracts;
using Landfall.Sinks;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Suites;

/// <summary>What every sink must do. A sink's test class supplies the sink and a way to read a table back.</summary>
public abstract class SinkSuite
{
    private protected const string Day1 = "team/things_20240105.csv";
    private protected const string Day2 = "team/things_20240106.csv";

    private protected abstract ISink Sink { get; }

    /// <summary>The rows of a query, cells joined with <c>|</c>, NULL as <c>∅</c>.</summary>
    private protected abstract Task<IReadOnlyList<string>> ReadAsync(string sql);

    private protected abstract Contract[] Known { get; set; }

    /// <summary>Drops a table behind the sink's back, and whatever the sink keeps beside its ledger.</summary>
    private protected abstract Task DropAsync(Table table);

    /// <summary>Whether every source is staged with care from the beginning; else only what needs it, as in a landing.</summary>
    private protected virtual bool? Careful => null;

    private protected SinkHarness Harness => new(Sink) { Careful = Careful };

    [Fact]
    public async Task Append_adds_the_rows_of_each_object()
    {
        var contract = Use(Contract("things", Table("append_adds", "things", WriteMode.Append, 0, Column("a", required: true), Column("n", ColumnType.Int64))));
        (await Harness.LandAsync(contract, Day1, 1, "a,n\nx,1\ny,\n")).Outcome.ShouldBe(Outcome.Landed);
        (await Harness.LandAsync(contract, Day2, 2, "a,n\nx,1\n")).Outcome.ShouldBe(Outcome.Landed);
        (await ReadAsync("SELECT a, n FROM append_adds.things ORDER BY a, n")).ShouldBe(["x|1", "x|1", "y|∅"]);
    }

    [Fact]
    public async Task Append_replaces_the_rows_of_an_older_generation()
    {
        var contract = Use(Contract("things", Table("append_replaces", "things", WriteMode.Append, 0, Column("a"))));
        await Harness.LandAsync(contract, Day1, 1, "a\nold\n");
        await Harness.LandAsync(contract, Day2, 2, "a\nother\n");
        await Harness.LandAsync(contract, Day1, 3, "a\nnew\n");
        (await ReadAsync("SELECT a FROM append_replaces.things ORDER BY a")).ShouldBe(["new", "other"]);
    }

    [Fact]
    public async Task Append_never_lets_an_older_generation_overwrite_a_newer_one()
    {
        var contract = Use(Contract("things", Table("append_fence", "things", WriteMode.Append, 0, Column("a"))));
        // The older version has the greater generation: generations have no order, creation has.
        await Harness.LandAsync(contract, Day1, 5, "a\nnew\n", generation: 1);
        (await Harness.LandAsync(contract, Day1, 1, "a\nold\n", generation: 2)).Outcome.ShouldBe(Outcome.Superseded);
        (await ReadAsync("SELECT a FROM append_fence.things")).ShouldBe(["new"]);
    }

    [Theory]
    [InlineData(WriteMode.Append, 0)]
    [InlineData(WriteMode.Append, 1)]
    [InlineData(WriteMode.Upsert, 1)]
    public async Task The_same_version_lands_once_however_often_it_comes(WriteMode mode, int keys)
    {
        var schema = $"once_{mode}_{keys}".ToLowerInvariant();
        var contract = Use(Contract("things", Table(schema, "things", mode, keys, Column("a", required: true))));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Harness.LandAsync(contract, Day1, 1, "a\nx\ny\n"))));
        outcomes.Count(o => o.Outcome == Outcome.Landed).ShouldBe(1);
        outcomes.Count(o => o.Outcome == Outcome.AlreadyLanded).ShouldBe(9);
        (await Harness.LandAsync(contract, Day1, 1, "a\nx\ny\n")).Outcome.ShouldBe(Outcome.AlreadyLanded);
        (await ReadAsync($"SELECT a FROM {schema}.things ORDER BY a")).ShouldBe(["x", "y"]);
    }

    [Fact]
    public async Task Upsert_keeps_the_newest_value_of_each_key()
    {
        var contract = Use(Contract("things", Table("upsert_newest", "things", WriteMode.Upsert, 1, Column("id", ColumnType.Int64, required: true), Column("v"))));
        await Harness.LandAsync(contract, Day2, 1, "id,v\n1,second\n2,second\n");
        // An older day, arriving later: its new key lands, its known key does not.
        var late = await Harness.LandAsync(contract, Day1, 2, "id,v\n1,first\n3,first\n");
        late.Outcome.ShouldBe(Outcome.Landed);
        late.Entry!.Tables.Single().ShouldBe(new("upsert_newest.things", 1, Older: 1));
        // A corrected first day is still the older day.
        await Harness.LandAsync(contract, Day1, 3, "id,v\n1,corrected\n3,corrected\n");
        (await ReadAsync("SELECT id, v FROM upsert_newest.things ORDER BY id")).ShouldBe(["1|second", "2|second", "3|corrected"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Replace_refuses_a_source_that_would_change_more_than_the_contract_allows(int keys)
    {
        var schema = $"limit_{keys}";
        var contract = Use(Contract("things", Table(schema, "things", WriteMode.Replace, keys, Column("id", ColumnType.Int64, required: true), Column("v"))) with { MaxChangePercent = 50 });
        // The first source changes nothing that stands, whatever it brings; and so do rows that are new.
        await Harness.LandAsync(contract, Day1, 1, "id,v\n1,a\n2,a\n3,a\n4,a\n");
        await Harness.LandAsync(contract, Day1, 2, "id,v\n1,a\n2,a\n3,b\n5,a\n6,a\n7,a\n8,a\n9,a\n");
        (await ReadAsync($"SELECT count(*) AS n FROM {schema}.things")).ShouldBe(["8"]);
        // Half of a file: five of eight go.
        var refusal = await Should.ThrowAsync<RejectException>(() => Harness.LandAsync(contract, Day2, 3, "id,v\n1,a\n2,a\n3,b\n"));
        refusal.Rule.ShouldBe("maxChangePercent");
        refusal.Message.ShouldBe($"it would change 0 and remove 5 of the 8 rows of {schema}.things (62.5 %); the contract allows 50 %");
        refusal.Hint!.ShouldContain("raise maxChangePercent");
        (await ReadAsync($"SELECT count(*) AS n FROM {schema}.things")).ShouldBe(["8"]);
        // Who is let through lands, and those who come behind it.
        await new SinkHarness(Sink) { Careful = Careful }.LandAsync(Use(contract with { MaxChangePercent = null }), Day2, 4, "id,v\n1,a\n2,a\n3,b\n");
        (await ReadAsync($"SELECT count(*) AS n FROM {schema}.things")).ShouldBe(["3"]);
    }

    [Fact]
    public async Task Equal_rows_collapse_and_are_counted_different_ones_leave_the_last()
    {
        var contract = Use(Contract("things", Table("repeats", "things", WriteMode.Upsert, 1, Column("id", ColumnType.Int64, required: true), Column("v"))));
        var result = await Harness.LandAsync(contract, Day1, 1, "id,v\n1,a\n1,a\n2,x\n2,y\n3,\n3,\n");
        result.Entry!.RowsCollapsed.ShouldBe(2);
        result.Entry.RowsLanded.ShouldBe(3);
        var reject = result.Rejects.ShouldHaveSingleItem();
        reject.ShouldBe(new(4, "id", "primaryKey", "2", "line 5 has the same id; the last one wins"));
        (await ReadAsync("SELECT id, v FROM repeats.things ORDER BY id")).ShouldBe(["1|a", "2|y", "3|∅"]);
    }

    [Fact]
    public async Task A_key_of_another_object_is_a_reject_under_append()
    {
        var contract = Use(Contract("things", Table("taken", "things", WriteMode.Append, 1, Column("id", ColumnType.Int64, required: true), Column("v"))));
        await Harness.LandAsync(contract, Day1, 1, "id,v\n1,a\n2,a\n");
        var result = await Harness.LandAsync(contract, Day2, 2, "id,v\n2,b\n3,b\n");
        result.Rejects.ShouldHaveSingleItem().ShouldBe(new(2, "id", "primaryKey", "2", "a row of taken.things from another source has the same id"));
        // Its own older generation is no stranger.
        (await Harness.LandAsync(contract, Day1, 3, "id,v\n1,c\n")).Rejects.ShouldBeEmpty();
        (await ReadAsync("SELECT id, v FROM taken.things ORDER BY id")).ShouldBe(["1|c", "3|b"]);
    }

    [Fact]
    public async Task A_unique_value_stands_once()
    {
        var contract = Use(Contract("things", Table("uniques", "things", WriteMode.Upsert, 1, Column("id", ColumnType.Int64, required: true), Column("mail", unique: true))));
        await Harness.LandAsync(contract, Day1, 1, "id,mail\n1,a@x\n");
        var result = await Harness.LandAsync(contract, Day2, 2, "id,mail\n2,a@x\n3,b@x\n4,b@x\n5,\n6,\n");
        result.Rejects.Select(r => (r.Line, r.Rule)).ShouldBe([(2, "unique"), (3, "unique")]);
        (await ReadAsync("SELECT id, mail FROM uniques.things ORDER BY id")).ShouldBe(["1|a@x", "4|b@x", "5|∅", "6|∅"]);
    }

    [Fact]
    public async Task One_file_becomes_several_tables_in_one_commit()
    {
        var person = Table("flat", "people", WriteMode.Upsert, 1, Column("email", required: true), Column("name"));
        var department = Table("flat", "departments", WriteMode.Upsert, 1, Column("department", required: true));
        var link = Table("flat", "person_departments", WriteMode.Upsert, 2, Column("email", required: true), Column("department", required: true));
        link = link with { Relationships = [To(link, 0, person, "things"), To(link, 1, department, "things")] };
        var contract = Use(Contract("things", person, department, link));
        var result = await Harness.LandAsync(contract, Day1, 1, "email,name,department\na@x,A,Sales\na@x,A,Legal\nb@x,B,Sales\nb@x,B,Sales\nc@x,,\n");
        result.Rejects.ShouldHaveSingleItem().Line.ShouldBe(6);
        result.Entry!.RowsCollapsed.ShouldBe(1);
        (await ReadAsync("SELECT email, name FROM flat.people ORDER BY email")).ShouldBe(["a@x|A", "b@x|B"]);
        (await ReadAsync("SELECT department FROM flat.departments ORDER BY 1")).ShouldBe(["Legal", "Sales"]);
        (await ReadAsync("SELECT email, department FROM flat.person_departments ORDER BY 1, 2")).ShouldBe(["a@x|Legal", "a@x|Sales", "b@x|Sales"]);
    }

    [Fact]
    public async Task A_row_without_its_parent_waits_and_then_is_a_reject()
    {
        var parent = Table("family", "parents", WriteMode.Upsert, 1, Column("id", ColumnType.Int64, required: true));
        var child = Table("family", "children", WriteMode.Upsert, 1, Column("id", ColumnType.Int64, required: true), Column("parent", ColumnType.Int64));
        child = child with { Relationships = [To(child, 1, parent, "parents")] };
        var (parents, children) = (Contract("parents", parent), Contract("children", child));
        Use(parents, children);

        var patient = new SinkHarness(Sink) { Careful = Careful, ParentsMayCome = true };
        // Nothing of the parent's dataset has landed: wait, however long it takes.
        (await Should.ThrowAsync<RetryException>(() => Harness.LandAsync(children, "team/children_20240105.csv", 1, "id,parent\n1,10\n"))).Message.ShouldContain("parents");
        await Harness.LandAsync(parents, "team/parents_20240105.csv", 2, "id\n10\n");
        await Should.ThrowAsync<RetryException>(() => patient.LandAsync(children, "team/children_20240105.csv", 1, "id,parent\n1,10\n2,11\n3,\n"));
        var result = await Harness.LandAsync(children, "team/children_20240105.csv", 1, "id,parent\n1,10\n2,11\n3,\n");
        result.Rejects.ShouldHaveSingleItem().ShouldBe(new(3, "parent", "relationships", "11", "parent refers to no row of family.parents"));
        (await ReadAsync("SELECT id, parent FROM family.children ORDER BY id")).ShouldBe(["1|10", "3|∅"]);
    }

    [Fact]
    public async Task An_attempt_that_is_given_up_leaves_nothing()
    {
        var contract = Use(Contract("things", Table("given_up", "things", WriteMode.Append, 0, Column("a"))));
        var failing = new SinkHarness(Sink) { Careful = Careful, Staged = () => throw new IOException("the network went away") };
        await Should.ThrowAsync<IOException>(() => failing.LandAsync(contract, Day1, 1, "a\nx\n"));
        (await ReadAsync("SELECT a FROM given_up.things")).ShouldBeEmpty();
        (await Harness.LandAsync(contract, Day1, 1, "a\nx\n")).Outcome.ShouldBe(Outcome.Landed);
    }

    [Fact]
    public async Task A_new_nullable_column_appears_and_anything_else_waits_with_the_statement_to_run()
    {
        var contract = Use(Contract("things", Table("evolving", "things", WriteMode.Append, 0, Column("a"))));
        await Harness.LandAsync(contract, Day1, 1, "a\nx\n");
        var wider = contract with { Id = Identifier.Parse("wider"), Tables = [Table("evolving", "things", WriteMode.Append, 0, Column("a"), Column("b", ColumnType.Date))] };
        await Harness.LandAsync(Use(wider), Day2, 2, "a,b\ny,2024-02-29\n");
        (await ReadAsync("SELECT a, b FROM evolving.things ORDER BY a")).ShouldBe(["x|∅", "y|2024-02-29"]);
        var other = contract with { Id = Identifier.Parse("other"), Tables = [Table("evolving", "things", WriteMode.Append, 0, Column("a", ColumnType.Int64), Column("c", required: true))] };
        var refusal = await Should.ThrowAsync<RetryException>(() => Sink.PrepareAsync(Use(other), default));
        refusal.Message.ShouldContain("column a is");
        refusal.Message.ShouldContain("lacks the required column c");
        refusal.Hint!.ShouldContain("ALTER TABLE");
    }

    [Fact]
    public async Task A_row_taken_out_takes_its_children_with_it()
    {
        var parent = Table("falling", "parents", WriteMode.Upsert, 1, Column("id", ColumnType.Int64, required: true), Column("name", unique: true));
        var child = Table("falling", "children", WriteMode.Upsert, 1, Column("child", ColumnType.Int64, required: true), Column("parent", ColumnType.Int64));
        child = child with { Relationships = [To(child, 1, parent, "things")] };
        // Line 2 loses its name to line 3; with it falls the parent of lines 2 and 3, and then nothing is left of line 3 but a broken promise.
        var result = await Harness.LandAsync(Use(Contract("things", parent, child)), Day1, 1, "id,name,child,parent\n1,x,10,1\n2,x,20,1\n3,y,30,3\n");
        result.Rejects.Select(r => (r.Line, r.Rule)).ShouldBe([(2, "unique"), (3, "relationships")]);
        (await ReadAsync("SELECT id, name FROM falling.parents")).ShouldBe(["3|y"]);
        (await ReadAsync("SELECT child, parent FROM falling.children")).ShouldBe(["30|3"]);
    }

    [Fact]
    public async Task A_new_generation_that_drops_a_row_others_refer_to_is_refused()
    {
        var parent = Table("kept", "parents", WriteMode.Append, 1, Column("id", ColumnType.Int64, required: true));
        var child = Table("kept", "children", WriteMode.Upsert, 1, Column("id", ColumnType.Int64, required: true), Column("parent", ColumnType.Int64));
        child = child with { Relationships = [To(child, 1, parent, "parents")] };
        var (parents, children) = (Contract("parents", parent), Contract("children", child));
        Use(parents, children);
        await Harness.LandAsync(parents, "team/parents_20240105.csv", 1, "id\n1\n2\n");
        await Harness.LandAsync(children, "team/children_20240105.csv", 2, "id,parent\n7,2\n");
        (await Should.ThrowAsync<RejectException>(() => Harness.LandAsync(parents, "team/parents_20240105.csv", 3, "id\n1\n"))).Message.ShouldContain("kept.children refer to");
        (await ReadAsync("SELECT id FROM kept.parents ORDER BY id")).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task A_renamed_contract_still_replaces_the_older_generation()
    {
        var table = Table("renamed", "things", WriteMode.Append, 0, Column("a"));
        var before = Contract("things", table);
        await Harness.LandAsync(Use(before), Day1, 1, "a\nold\n");
        await Harness.LandAsync(Use(before with { Id = Identifier.Parse("things_v2") }), Day1, 2, "a\nnew\n");
        (await ReadAsync("SELECT a FROM renamed.things")).ShouldBe(["new"]);
    }

    [Fact]
    public async Task What_is_dropped_while_the_program_runs_is_made_again()
    {
        var contract = Use(Contract("things", Table("dropped", "things", WriteMode.Append, 0, Column("a"))));
        await Harness.LandAsync(contract, Day1, 1, "a\nx\n");
        await DropAsync(contract.Tables[0]);
        var fault = await Should.ThrowAsync<Exception>(() => Harness.LandAsync(contract, Day2, 2, "a\ny\n"));
        Sink.Classify(fault).ShouldBeOfType<RetryException>();
        (await Harness.LandAsync(contract, Day2, 2, "a\ny\n")).Outcome.ShouldBe(Outcome.Landed);
        (await ReadAsync("SELECT a FROM dropped.things")).ShouldBe(["y"]);
    }

    [Fact]
    public async Task A_column_that_is_required_no_more_takes_NULL_and_a_key_that_changed_waits_for_a_person()
    {
        var contract = Contract("things", Table("loosened", "things", WriteMode.Upsert, 1, Column("id", ColumnType.Int64, required: true), Column("a", required: true)));
        await Harness.LandAsync(Use(contract), Day1, 1, "id,a\n1,x\n");
        var loosened = contract with { Id = Identifier.Parse("loosened"), Tables = [Table("loosened", "things", WriteMode.Upsert, 1, Column("id", ColumnType.Int64, required: true), Column("a"))] };
        (await Harness.LandAsync(Use(loosened), Day2, 2, "id,a\n2,\n")).Outcome.ShouldBe(Outcome.Landed);
        var rekeyed = contract with { Id = Identifier.Parse("rekeyed"), Tables = [Table("loosened", "things", WriteMode.Upsert, 2, Column("id", ColumnType.Int64, required: true), Column("a", required: true))] };
        (await Should.ThrowAsync<RetryException>(() => Sink.PrepareAsync(Use(rekeyed), default))).Message.ShouldContain("its primary key is (id), not (id, a)");
    }

    [Fact]
    public async Task Replace_follows_the_file_and_says_what_it_did()
    {
        var keyed = Contract("keyed", Table("follows", "keyed", WriteMode.Replace, 1, Column("k", ColumnType.Int64, required: true), Column("v")));
        var keyless = Contract("keyless", Table("follows", "keyless", WriteMode.Replace, 0, Column("k", ColumnType.Int64), Column("v")));
        foreach (var (contract, table) in new[] { (Use(keyed, keyless), "follows.keyed"), (keyless, "follows.keyless") })
        {
            await Harness.LandAsync(contract, $"team/{contract.Id}_20240105.csv", 1, "k,v\n1,a\n2,\n3,c\n4,d\n");
            var result = await Harness.LandAsync(contract, $"team/{contract.Id}_20240106.csv", 2, "k,v\n4,d\n1,A\n2,\n5,e\n");
            (await ReadAsync($"SELECT k, v FROM {table} ORDER BY k")).ShouldBe(["1|A", "2|∅", "4|d", "5|e"]);
            var counted = result.Entry!.Tables.ShouldHaveSingleItem();
            (counted.Added, counted.Changed, counted.Removed).ShouldBe(contract == keyed ? (1, 1, 1) : (2, 0, 2));
        }
    }

    [Fact]
    public async Task Replace_without_a_key_keeps_as_many_equal_rows_as_the_file_has()
    {
        var contract = Use(Contract("things", Table("copies", "things", WriteMode.Replace, 0, Column("a"), Column("b", ColumnType.Numeric))));
        await Harness.LandAsync(contract, Day1, 1, "a,b\nx,1\nx,1\nx,1\n,\ny,2\n");
        await Harness.LandAsync(contract, Day2, 2, "a,b\nx,1\ny,2\ny,2\n,\n,\n");
        (await ReadAsync("SELECT a, b FROM copies.things ORDER BY COALESCE(a, 'z'), b")).ShouldBe(["x|1", "y|2", "y|2", "∅|∅", "∅|∅"]);
    }

    [Fact]
    public async Task ReplacePartition_leaves_the_other_days_alone()
    {
        var contract = Use(Contract("things", Table("days", "things", WriteMode.ReplacePartition, 0, Column("a"), Day)));
        await Harness.LandAsync(contract, Day1, 1, "a\nold\nold\n");
        await Harness.LandAsync(contract, Day2, 2, "a\nother\n");
        // Another object of the same day, as a corrected one might be called.
        await Harness.LandAsync(contract, Day1, 3, "a\nnew\n");
        (await Harness.LandAsync(contract, Day1, 2, "a\nlate\n", generation: 77)).Outcome.ShouldBe(Outcome.Superseded);
        (await ReadAsync("SELECT a, day FROM days.things ORDER BY day")).ShouldBe(["new|2024-01-05", "other|2024-01-06"]);
    }

    [Theory]
    [InlineData(WriteMode.Append)]
    [InlineData(WriteMode.ReplacePartition)]
    public async Task Rows_that_collide_are_sorted_out_with_care(WriteMode mode)
    {
        Column[] columns = [Column("k", ColumnType.Int64, required: true), Column("v"), .. mode == WriteMode.ReplacePartition ? [Day] : Array.Empty<Column>()];
        var contract = Use(Contract("things", Table($"collide_{mode}".ToLowerInvariant(), "things", mode, 1, columns)));
        await Harness.LandAsync(contract, Day1, 1, "k,v\n1,a\n2,b\n");
        var result = await Harness.LandAsync(contract, Day2, 2, "k,v\n3,c\n2,x\n");
        result.Rejects.ShouldHaveSingleItem().Rule.ShouldBe("primaryKey");
        (await ReadAsync($"SELECT k, v FROM {contract.Tables[0]} ORDER BY k")).ShouldBe(["1|a", "2|b", "3|c"]);
    }

    [Fact]
    public async Task Parents_and_children_of_one_file_follow_it_together()
    {
        var parent = Table("together", "parents", WriteMode.Replace, 1, Column("p", ColumnType.Int64, required: true));
        var child = Table("together", "children", WriteMode.Replace, 1, Column("c", ColumnType.Int64, required: true), Column("belongs", ColumnType.Int64, source: "p"));
        child = child with { Relationships = [To(child, 1, parent, "things")] };
        var contract = Use(Contract("things", parent, child));
        await Harness.LandAsync(contract, Day1, 1, "p,c\n1,10\n2,20\n");
        // Parent 1 goes, its child moves to parent 3, which comes.
        await Harness.LandAsync(contract, Day2, 2, "p,c\n3,10\n2,20\n");
        (await ReadAsync("SELECT c, belongs FROM together.children ORDER BY c")).ShouldBe(["10|3", "20|2"]);
        (await ReadAsync("SELECT p FROM together.parents ORDER BY p")).ShouldBe(["2", "3"]);
    }

    [Theory]
    [InlineData(WriteMode.Append)]
    [InlineData(WriteMode.Replace)]
    public async Task A_referenced_row_may_go_and_come_again(WriteMode mode)
    {
        var schema = $"again_{mode}".ToLowerInvariant();
        var parent = Table(schema, "parents", mode, 1, Column("id", ColumnType.Int64, required: true), Column("name"));
        var child = Table(schema, "children", WriteMode.Upsert, 1, Column("id", ColumnType.Int64, required: true), Column("parent", ColumnType.Int64));
        child = child with { Relationships = [To(child, 1, parent, "parents")] };
        var (parents, children) = (Contract("parents", parent), Contract("children", child));
        Use(parents, children);
        await Harness.LandAsync(parents, "team/parents_20240105.csv", 1, "id,name\n1,a\n2,b\n");
        await Harness.LandAsync(children, "team/children_20240105.csv", 2, "id,parent\n7,2\n8,2\n");
        await Harness.LandAsync(parents, "team/parents_20240105.csv", 3, "id,name\n2,B\n3,c\n");
        (await ReadAsync($"SELECT id, name FROM {schema}.parents ORDER BY id")).ShouldBe(["2|B", "3|c"]);
        var refused = await Should.ThrowAsync<RejectException>(() => Harness.LandAsync(parents, "team/parents_20240105.csv", 4, "id,name\n3,c\n"));
        refused.Rows.ShouldHaveSingleItem().ShouldBe(new(0, "parent", "relationships", "2", $"2 rows of {schema}.children refer to a row of {schema}.parents that the file would remove"));
        (await ReadAsync($"SELECT id FROM {schema}.parents ORDER BY id")).ShouldBe(["2", "3"]);
    }

    [Fact]
    public async Task Unique_values_move_between_the_rows_of_a_table_that_follows_its_file()
    {
        var contract = Use(Contract("things", Table("swaps", "things", WriteMode.Replace, 1, Column("k", ColumnType.Int64, required: true), Column("u", unique: true))));
        await Harness.LandAsync(contract, Day1, 1, "k,u\n1,a\n2,b\n3,c\n4,d\n");
        var result = await Harness.LandAsync(contract, Day2, 2, "k,u\n1,b\n2,a\n3,d\n5,c\n");
        (await ReadAsync("SELECT k, u FROM swaps.things ORDER BY k")).ShouldBe(["1|b", "2|a", "3|d", "5|c"]);
        var counted = result.Entry!.Tables.ShouldHaveSingleItem();
        (counted.Added, counted.Changed, counted.Removed).ShouldBe((1, 3, 1));
    }

    [Fact]
    public async Task A_parent_that_goes_while_its_child_is_on_its_way_makes_the_child_wait()
    {
        var parent = Table("goes", "parents", WriteMode.Replace, 1, Column("id", ColumnType.Int64, required: true));
        var child = Table("goes", "children", WriteMode.Append, 0, Column("c", ColumnType.Int64), Column("parent", ColumnType.Int64));
        child = child with { Relationships = [To(child, 1, parent, "parents")] };
        var (parents, children) = (Contract("parents", parent), Contract("children", child));
        Use(parents, children);
        await Harness.LandAsync(parents, "team/parents_20240105.csv", 1, "id\n1\n2\n");
        var slow = new SinkHarness(Sink) { Careful = Careful, Checked = () => Harness.LandAsync(parents, "team/parents_20240106.csv", 2, "id\n2\n") };
        await Should.ThrowAsync<RetryException>(() => slow.LandAsync(children, "team/children_20240105.csv", 3, "c,parent\n10,1\n"));
        (await Harness.LandAsync(children, "team/children_20240105.csv", 3, "c,parent\n10,1\n11,2\n")).Rejects.ShouldHaveSingleItem().Rule.ShouldBe("relationships");
    }

    [Theory]
    [InlineData(WriteMode.Append, 0)]
    [InlineData(WriteMode.Append, 1)]
    [InlineData(WriteMode.ReplacePartition, 0)]
    [InlineData(WriteMode.ReplacePartition, 1)]
    [InlineData(WriteMode.Replace, 0)]
    [InlineData(WriteMode.Replace, 1)]
    public async Task A_newer_version_that_commits_while_an_older_one_is_staged_wins(WriteMode mode, int keys)
    {
        var schema = $"between_{mode}_{keys}".ToLowerInvariant();
        Column[] columns = [Column("k", ColumnType.Int64, required: true), Column("v"), .. mode == WriteMode.ReplacePartition ? [Day] : Array.Empty<Column>()];
        var contract = Use(Contract("things", Table(schema, "things", mode, keys, columns)));
        // Other keys, so that the two do not wait for each other's.
        var slow = new SinkHarness(Sink) { Careful = Careful, Staged = () => Harness.LandAsync(contract, Day1, 2, "k,v\n2,new\n") };
        (await slow.LandAsync(contract, Day1, 1, "k,v\n1,old\n")).Outcome.ShouldBe(Outcome.Superseded);
        (await ReadAsync($"SELECT k, v FROM {schema}.things")).ShouldBe(["2|new"]);
        // And an older one in between is replaced.
        slow = new SinkHarness(Sink) { Careful = Careful, Staged = () => Harness.LandAsync(contract, Day1, 3, "k,v\n3,older\n") };
        (await slow.LandAsync(contract, Day1, 4, "k,v\n4,newest\n")).Outcome.ShouldBe(Outcome.Landed);
        (await ReadAsync($"SELECT k, v FROM {schema}.things")).ShouldBe(["4|newest"]);
    }


    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Quality_is_measured_on_the_rows_that_come_and_a_warning_is_told(int keys)
    {
        var schema = $"quality_{keys}";
        var (k, v) = (Column("k", ColumnType.Int64, required: true), Column("v"));
        QualityRule Rule(string name, QualityMetric? metric, string op, decimal low, Column? column = null, string? query = null, bool error = false, bool percent = false, params string[] values) =>
            new() { Name = name, IsError = error, Metric = metric, Query = query, Operator = op, Low = low, High = low, Columns = column is null ? [] : [column], IsPercent = percent, Values = values };
        var table = Table(schema, "things", WriteMode.Append, keys, k, v) with
        {
            Quality =
            [
                Rule("rows", QualityMetric.RowCount, "mustBeGreaterThan", 2, error: true),
                Rule("nulls", QualityMetric.NullValues, "mustBe", 0, v), Rule("null share", QualityMetric.NullValues, "mustBeLessThan", 20, v, percent: true),
                Rule("missing", QualityMetric.MissingValues, "mustBe", 2, v, values: "n/a"), Rule("invalid", QualityMetric.InvalidValues, "mustBe", 0, v, values: ["x", "y"]),
                Rule("twice", QualityMetric.DuplicateValues, "mustBe", 0, v), Rule("all", null, "mustBe", 5, query: "SELECT count(*) FROM ${table}"),
                Rule("broken", null, "mustBe", 0, query: "SELECT nobody FROM ${table}"), Rule("writes", null, "mustBe", 0, query: $"WITH d AS (DELETE FROM {schema}.things RETURNING 1) SELECT count(*) FROM d"),
            ],
        };
        var contract = Use(Contract("things", table));
        var result = await Harness.LandAsync(contract, Day1, 1, "k,v\n1,x\n2,\n3,n/a\n4,x\n");
        result.Entry!.Findings.Select(f => $"{f.Rule}: {f.Message.Split(" (")[0]}").ShouldBe([
            "nulls: is 1; expected 0", "null share: is 25; expected less than 20 %", "invalid: is 1; expected 0", "twice: is 1; expected 0", "all: is 4; expected 5",
            "broken: can not be run", "writes: can not be run"]);
        (await Should.ThrowAsync<RejectException>(() => Harness.LandAsync(contract, Day2, 2, "k,v\n7,x\n8,x\n"))).Message.ShouldContain("rows of " + schema + ".things is 2; expected more than 2");
        (await ReadAsync($"SELECT count(*) FROM {schema}.things")).ShouldBe(["4"]);
    }

    private protected static Relationship To(Table child, int column, Table parent, string contract) =>
        new(child.Columns[column], parent.Schema, parent.Name, parent.Key[0].Name, Identifier.Parse(contract));

    private protected Contract Use(params Contract[] contracts)
    {
        Known = contracts;
        return contracts[0];
    }
    [Fact]
    public async Task People_see_landings_those_that_ended_last_first_by_outcome_and_by_day()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/Bogota");
        var contract = Use(Contract("seen", Table("people_see", "things", WriteMode.Append, 0, Column("a"))) with { TimeZone = zone });
        var ledger = (ILedgerSink)Sink;
        (await ledger.ReadLandingsAsync(contract, new(10), default)).ShouldBeEmpty();
        await Sink.PrepareAsync(contract, default);
        // Some end at the same moment, and some beyond midnight in Bogotá.
        var entries = Enumerable.Range(0, 9).Select(i => new LedgerEntry
        {
            Source = new(contract, new(contract.Object!.Bucket, $"team/things_2024010{i + 1}.csv", i + 1, SinkHarness.Epoch, 1), new DateOnly(2024, 1, 1 + (i / 4))),
            ContractVersion = "1", Outcome = i % 3 == 0 ? Outcome.Refused : Outcome.Landed, Attempt = Guid.NewGuid(), StartedAt = SinkHarness.Epoch, FinishedAt = SinkHarness.Epoch.AddHours(i / 2 * 9),
            RowsRead = 10 + i, RowsLanded = i % 3 == 0 ? 0 : 9 + i, RowsRejected = i % 3 == 0 ? 10 + i : 1, Reason = i % 3 == 0 ? "bad" : null,
        }).ToList();
        foreach (var entry in entries) await Sink.RecordAsync(entry, default);

        var seen = new List<LedgerEntry>();
        for (LandingsQuery? query = new(2); query is not null;)
        {
            var page = await ledger.ReadLandingsAsync(contract, query, default);
            seen.AddRange(page);
            query = page.Count == 2 ? query with { After = (page[^1].FinishedAt, page[^1].Source.Version.LandingId) } : null;
        }
        seen.Select(Shown).ShouldBe(entries.OrderByDescending(e => e.FinishedAt).ThenByDescending(e => e.Source.Version.LandingId).Select(Shown));
        (await ledger.ReadLandingsAsync(contract, new(10) { Outcome = Outcome.Refused }, default)).Select(Shown).ShouldBe(seen.Where(e => e.Outcome == Outcome.Refused).Select(Shown));
        (await ledger.ReadLandingsAsync(contract, new(10) { Outcome = Outcome.Refused, After = (seen[4].FinishedAt, seen[4].Source.Version.LandingId) }, default)).Select(Shown)
            .ShouldBe(seen.Skip(5).Where(e => e.Outcome == Outcome.Refused).Select(Shown));
        Shown((await ledger.FindLandingAsync(contract, seen[3].Source.Version.LandingId, default))!).ShouldBe(Shown(seen[3]));
        (await ledger.FindLandingAsync(contract, 0, default)).ShouldBeNull();
        (await ledger.FindLandingAsync(contract, 42, default)).ShouldBeNull();
        // The newest of each outcome; the first since a moment, and the first of a day.
        ExpectedArrival[] arrivals = [new(SinkHarness.Epoch, SinkHarness.Epoch, null, SinkHarness.Epoch.AddHours(19)), new(SinkHarness.Epoch, SinkHarness.Epoch, new(2024, 1, 1), SinkHarness.Epoch.AddHours(19))];
        (await ((IReconciledSink)Sink).ReadArrivalsAsync(contract, arrivals, default)).Select(Shown).Order().ShouldBe(new[] { 1, 6, 7, 8 }.Select(i => Shown(entries[i])).Order());

        var since = SinkHarness.Epoch.AddHours(1);
        var days = (await ledger.ReadDaysAsync(contract, since, default)).OrderBy(day => day.Day).ThenBy(day => day.Date).ToList();
        days.ShouldBe(entries.Where(e => e.FinishedAt >= since)
            .GroupBy(e => (Day: DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(e.FinishedAt, zone).DateTime), e.Source.Date)).OrderBy(day => day.Key.Day).ThenBy(day => day.Key.Date)
            .Select(day => new LandedDay(
                day.Key.Day, day.Key.Date, day.Count(e => e.Outcome == Outcome.Landed), day.Count(e => e.Outcome == Outcome.Refused), day.Sum(e => e.RowsLanded), day.Sum(e => e.RowsRejected),
                day.Where(e => e.Outcome == Outcome.Landed).Min(e => (DateTimeOffset?)e.FinishedAt))));
        days.Count.ShouldBeGreaterThan(2);

        static string Shown(LedgerEntry entry) => $"{entry.Source.Version.Identity} {entry.Outcome} {entry.FinishedAt:u} {entry.RowsRead} {entry.Reason}";
    }
}
