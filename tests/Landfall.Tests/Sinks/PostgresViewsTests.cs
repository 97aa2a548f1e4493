using Landfall.Contracts;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Contracts;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Sinks;

/// <summary>A contract's views in Postgres.</summary>
public sealed class PostgresViewsTests : IAsyncLifetime
{
    private const string Pictured = "{ name: pictured, physicalName: team_a.pictured, physicalType: view, description: Only what has a picture., "
        + "customProperties: [ { property: landfall, value: { where: \"image <> ''\" } } ], properties: [ { name: image }, { name: id } ] }";

    private readonly Database _database = new();

    public Task InitializeAsync() => _database.InitializeAsync();

    public Task DisposeAsync() => ((IAsyncLifetime)_database).DisposeAsync();

    [Fact]
    public async Task A_view_shows_its_rows_to_those_who_see_it_alone_and_stands_still_while_nothing_changes()
    {
        await PrepareAsync(Pictured);
        await _database.ExecuteAsync("INSERT INTO t.a VALUES (1, 'data:,1', 0), (2, NULL, 0), (3, '', 0)");
        var version = await VersionAsync();

        (await _database.ScalarAsync<string>("SELECT string_agg(v::text, ';') FROM team_a.pictured v")).ShouldBe("(\"data:,1\",1)");
        (await _database.ScalarAsync<string>("SELECT obj_description('team_a.pictured'::regclass)")).ShouldBe("Only what has a picture.");
        // A reader under way would keep a replacement waiting: an unchanged view is none.
        await using (var reader = await _database.DataSource.OpenConnectionAsync())
        {
            await using var transaction = await reader.BeginTransactionAsync();
            await using var read = new NpgsqlCommand("SELECT count(*) FROM team_a.pictured", reader);
            await read.ExecuteScalarAsync();
            await PrepareAsync(Pictured);
        }
        (await VersionAsync()).ShouldBe(version);

        var role = $"reader_{Guid.NewGuid():N}";
        await _database.ExecuteAsync($"CREATE ROLE {role}; GRANT USAGE ON SCHEMA team_a TO {role}; GRANT SELECT ON team_a.pictured TO {role}");
        try
        {
            await PrepareAsync(Pictured.Replace("<> ''", "<> 'none'"), Pictured);
            await using var connection = await _database.DataSource.OpenConnectionAsync();
            await using var read = new NpgsqlCommand($"SET ROLE {role}; SELECT count(*) FROM team_a.pictured", connection);
            (await read.ExecuteScalarAsync()).ShouldBe(1L, "replaced twice, and still granted");
            await using var past = new NpgsqlCommand("SELECT count(*) FROM t.a", connection);
            (await Should.ThrowAsync<PostgresException>(() => past.ExecuteScalarAsync())).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        }
        finally
        {
            await _database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Whatever_was_made_of_a_view_by_hand_follows_the_contract_again()
    {
        await PrepareAsync(Pictured);
        var wanted = await DefinitionAsync("team_a.pictured");
        foreach (var change in (string[])
        [
            "CREATE OR REPLACE VIEW team_a.pictured WITH (security_barrier) AS SELECT image, id FROM t.a", "ALTER VIEW team_a.pictured RESET (security_barrier)",
            "COMMENT ON VIEW team_a.pictured IS NULL",
        ])
        {
            await _database.ExecuteAsync(change);
            (await DefinitionAsync("team_a.pictured")).ShouldNotBe(wanted, "the change is one");
            await PrepareAsync(Pictured);
            (await DefinitionAsync("team_a.pictured")).ShouldBe(wanted, change);
        }
    }

    [Fact]
    public async Task A_view_that_would_lose_a_column_is_left_to_a_person_with_the_statement()
    {
        await PrepareAsync(Pictured);
        var fault = await Should.ThrowAsync<RetryException>(() => PrepareAsync(Pictured.Replace(", { name: id } ]", " ]")));

        fault.Message.ShouldBe("the view team_a.pictured does not fit the contract: cannot drop columns from view (SQLSTATE 42P16)");
        var statements = fault.Hint.ShouldNotBeNull().Split("run (and grant again what was granted on it): ")[1];
        statements.ShouldStartWith("DROP VIEW \"team_a\".\"pictured\"; CREATE OR REPLACE VIEW");
        await _database.ExecuteAsync(statements);
        await PrepareAsync(Pictured.Replace(", { name: id } ]", " ]"));
    }

    [Theory]
    [InlineData("{ name: v, physicalType: view, customProperties: [ { property: landfall, value: { where: \"picture <> ''\" } } ] }", "column \"picture\" does not exist (SQLSTATE 42703)")]
    [InlineData("{ name: v, physicalType: view, customProperties: [ { property: landfall, value: { where: \"image <>\" } } ] }", "(SQLSTATE 42601)")]
    [InlineData("{ name: v, physicalName: t.taken, physicalType: view }", "\"taken\" is not a view (SQLSTATE 42809)")]
    public async Task A_view_that_can_not_be_says_why(string view, string words)
    {
        await _database.ExecuteAsync("CREATE SCHEMA t; CREATE TABLE t.taken (id bigint)");
        (await Should.ThrowAsync<RetryException>(() => PrepareAsync(view))).Message.ShouldContain(words);
        (await _database.ScalarAsync<bool>("SELECT to_regclass('t.a') IS NULL")).ShouldBeTrue("nothing was prepared by halves");
    }

    [Fact]
    public async Task A_query_speaks_of_the_tables_by_their_names_in_the_contract_and_the_script_makes_the_same()
    {
        const string query = "{ name: v, physicalType: view, customProperties: [ { property: landfall, value: { query: v.sql } } ] }, { name: b, physicalName: u.b_s, properties: [ { name: id, logicalType: integer } ] }";
        var contract = Read(query);
        await PrepareAsync(query);
        var made = await DefinitionAsync("t.v");

        var script = PostgresScript.Of(contract);
        script.ShouldEndWith("CREATE OR REPLACE VIEW \"t\".\"v\" WITH (security_barrier) AS\nSELECT id FROM \"t\".\"a\" JOIN \"u\".\"b_s\" USING (id) -- the end\n;\n");
        await _database.ExecuteAsync("DROP SCHEMA t, u CASCADE");
        await _database.ExecuteAsync(script);
        (await DefinitionAsync("t.v"))!.Split(" ", 2)[1].ShouldBe(made!.Split(" ", 2)[1], "but for the oid");
    }

    private async Task PrepareAsync(params string[] views)
    {
        await PostgresMigrations.MigrateAsync(_database.DataSource, default);
        foreach (var view in views) await PostgresTables.PrepareAsync(_database.DataSource, Read(view), default);
    }

    private Task<string?> DefinitionAsync(string view) =>
        _database.ScalarAsync<string>($"SELECT concat_ws(' ', oid, reloptions::text, pg_get_viewdef(oid), obj_description(oid)) FROM pg_class WHERE oid = '{view}'::regclass");

    /// <summary>Another whenever the view was touched.</summary>
    private Task<string?> VersionAsync() => _database.ScalarAsync<string>("SELECT concat_ws(' ', oid, xmin) FROM pg_rewrite WHERE ev_class = 'team_a.pictured'::regclass");

    private static Contract Read(string view)
    {
        using var folder = new ContractFolder().With("a", ContractFolder.Plain("a",
            "[ { name: id, logicalType: integer }, { name: image, logicalType: string } ]") + $"  - {view.Replace(" }, { name: b,", " }\n  - { name: b,")}\n");
        File.WriteAllText(Path.Combine(folder.Path, "v.sql"), "SELECT id FROM ${a} JOIN ${b} USING (id) -- the end\n");
        return folder.Read().All[0];
    }
}
