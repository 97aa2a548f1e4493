using System.Globalization;
using System.Text.Json.Nodes;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Local;
using Landfall.Tests.Tool;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Operations;

/// <summary>An operator's day, with the built program and a local cloud: a month replayed, a bad day undone, a person erased; afterwards tables, ledger and receipts agree.</summary>
public sealed class OperatorTests : IAsyncLifetime
{
    private readonly TempFolder _home = new(), _work = new();
    private LocalProcess _local = null!;
    private NpgsqlDataSource _database = null!;

    public async Task InitializeAsync()
    {
        _local = LocalProcess.Start(_home.Path, "--port", "0", "--no-samples");
        _database = NpgsqlDataSource.Create(PostgresUri.Parse((await _local.ReadyAsync())["postgres"]!.GetValue<string>()).ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await _local.DisposeAsync();
        _work.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task A_month_is_replayed_and_a_bad_day_undone()
    {
        const string Header = "brand,category_id,comment,currency,description,image,year_release\n";
        for (var day = 28; day <= 33; day++)
        {
            // Two days of January, four of February.
            var date = new DateOnly(2024, 1, 1).AddDays(day + 1);
            await PushAsync($"product_catalog_{date:yyyyMMdd}.csv", Header + $"Samsung,{day},,EUR,d,,2001\nHP,{day},,EUR,d,,2002\n");
        }
        var good = await CatalogAsync();
        good.Split(' ').Length.ShouldBe(6);

        // A day goes wrong: it is undone, and is what it was.
        await PushAsync("product_catalog_20240202.csv", Header + "Acer,99,,EUR,d,,2005\n");
        (await CatalogAsync()).ShouldNotBe(good);
        var dry = await RunAsync("undo", "catalog/product_catalog_20240202.csv", "--dry-run", "--json");
        dry["instead"]!.ToString().ShouldStartWith("catalog/product_catalog_20240202.csv#");
        (await CatalogAsync()).ShouldNotBe(good);
        var undone = await RunAsync("undo", "catalog/product_catalog_20240202.csv", "--json");
        undone["landings"]![0]!["receipt"]!["outcome"]!.ToString().ShouldBe("landed");
        (await CatalogAsync()).ShouldBe(good);

        // Once more would bring back the bad day: nothing is done unless that very version is named, and before it there was nothing.
        var twice = await ToolRun.ProcessAsync(_work.Path, "undo", "catalog/product_catalog_20240202.csv", "--home", _home.Path);
        (twice.ExitCode, twice.Error.Contains("has the bytes of", StringComparison.Ordinal)).ShouldBe((1, true), twice.Error);
        var named = await ToolRun.ProcessAsync(_work.Path, "undo", $"catalog/product_catalog_20240202.csv#{undone["landings"]![0]!["generation"]}", "--home", _home.Path);
        (named.ExitCode, named.Error.Contains("no version of", StringComparison.Ordinal)).ShouldBe((1, true), named.Error);
        (await CatalogAsync()).ShouldBe(good);

        // Rows are lost; the month's files land again, those of the other month do not.
        await ExecuteAsync("DELETE FROM bq_catalog.product_catalog");
        var replayed = await RunAsync("replay", "product_catalog", "--from", "2024-02-01", "--to", "2024-02-29", "--json");
        replayed["replayed"]!.AsArray().Count.ShouldBe(4);
        replayed["replayed"]!.AsArray().ShouldAllBe(one => one!["receipt"]!["outcome"]!.ToString() == "landed");
        (await CatalogAsync()).ShouldBe(string.Join(' ', good.Split(' ').Skip(2)));
        await RunAsync("replay", "product_catalog", "--from", "2024-01-01", "--to", "2024-01-31", "--json");
        (await CatalogAsync()).ShouldBe(good);

        // Each row is of the landing that the ledger says landed last for its day, and that one has a receipt.
        (await TextAsync("""
            SELECT count(*)::text FROM (SELECT DISTINCT c._landing_id FROM bq_catalog.product_catalog c) t
            WHERE NOT EXISTS (SELECT 1 FROM bq_landfall.ledger_product_catalog l WHERE l.landing_id = t._landing_id AND l.outcome = 'landed')
            """)).ShouldBe("0");
        Directory.GetFiles(Path.Combine(_home.Path, "buckets/receipts/product_catalog")).Length.ShouldBe(int.Parse(await TextAsync("SELECT count(*)::text FROM bq_landfall.ledger_product_catalog WHERE landing_id <> 0"), CultureInfo.InvariantCulture));

        var refused = await ToolRun.ProcessAsync(_work.Path, "undo", "drop-zone/hiring/departments_20240101.csv", "--home", _home.Path);
        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("upserted");
        (await ToolRun.ProcessAsync(_work.Path, "undo", "catalog/product_catalog_20240301.csv", "--home", _home.Path)).Error.ShouldContain("nothing of catalog/product_catalog_20240301.csv has landed");
        (await ToolRun.ProcessAsync(_work.Path, "replay", "product_catalog", "--from", "2023-01-01", "--home", _home.Path)).ExitCode.ShouldBe(1);

        var status = await RunAsync("status", "product_catalog", "--json");
        status["datasets"]![0]!["rows"]!.GetValue<int>().ShouldBe(2);
        status["alerts"]!.AsArray().ShouldBeEmpty();
        (await ToolRun.ProcessAsync(_work.Path, "status", "--home", _home.Path)).Output.ShouldContain("no alert stands");
    }

    [Fact]
    public async Task A_person_is_erased_from_tables_quarantine_and_answers_and_nobody_else_is()
    {
        const string Header = "first_name,last_name,company_name,address,city,state,zip,phone1,phone2,email,department\n";
        await PushAsync("people_20240106.csv", Header
            + "Ana,Roe,A Co,1 Road,Town,LA,1234,,,ana@example.com,Sales\nAna,Roe,A Co,1 Road,Town,LA,1234,,,ana@example.com,Stock\n"
            + "Bo,Lee,B Co,2 Road,Town,LA,1234,,,bo@example.com,Sales\nJo,Ana,C Co,3 Road,Town,LA,1234,,,joana@example.com,Sales\n"
            + string.Concat(Enumerable.Range(1, 6).Select(i => $"P,Q,,,,LA,,,,p{i}@example.net,Sales\n"))
            + "Ana,Roe,A Co,1 Road,Town,XXX,1234,,,ana@example.com,Sales\nJo,Ana,C Co,3 Road,Town,XXX,1234,,,joana@example.com,Sales\n", fine: false);
        (await TextAsync("SELECT string_agg(email, ' ' ORDER BY email) FROM people.people WHERE email LIKE '%.com'")).ShouldBe("ana@example.com bo@example.com joana@example.com");
        Quarantine().Count(line => line.Contains("ana@example.com", StringComparison.Ordinal)).ShouldBe(2);

        var erased = await RunAsync("erase", "people", "--key", "ana@example.com", "--json");

        erased["tables"]!.AsArray().Select(table => $"{table!["table"]} {table["erased"]}").Order().ShouldBe(["people.people 1", "people.person_departments 2"]);
        erased["rejects"]!.GetValue<int>().ShouldBe(1);
        erased["history"]!.AsArray().Count.ShouldBeGreaterThan(1);
        (await TextAsync("SELECT string_agg(email, ' ' ORDER BY email) FROM people.people WHERE email LIKE '%.com'")).ShouldBe("bo@example.com joana@example.com");
        (await TextAsync("SELECT string_agg(email, ' ' ORDER BY email) FROM people.person_departments WHERE email LIKE '%.com'")).ShouldBe("bo@example.com joana@example.com");
        (await TextAsync("SELECT string_agg(department, ' ' ORDER BY department) FROM people.departments")).ShouldBe("Sales Stock");
        Quarantine().Where(line => line.Contains("ana@example.com", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldContain("joana@example.com");
        (await TextAsync("SELECT outcome || ' ' || rows_landed || ' ' || (details::text LIKE '%ana@%')::text FROM landfall.landings WHERE contract = 'people' ORDER BY finished_at DESC LIMIT 1")).ShouldBe("erased 0 false");
        var receipts = Directory.GetFiles(Path.Combine(_home.Path, "buckets/receipts/people")).Select(File.ReadAllText).ToList();
        receipts.Count.ShouldBe(2);
        receipts.ShouldAllBe(receipt => !receipt.Contains("ana@", StringComparison.Ordinal));

        // A number is nobody's in other places: not in another row's other column, nor as a line.
        await PushAsync("departments_20240106.csv", string.Concat(Enumerable.Range(11, 8).Select(i => $"{i},Department 9\n")) + "70,\n9,\nx,9\n", fine: false);
        (await RunAsync("erase", "departments", "--key", "9", "--json"))["rejects"]!.GetValue<int>().ShouldBe(1);
        Directory.GetFiles(Path.Combine(_home.Path, "buckets/rejects/departments"), "*.csv", SearchOption.AllDirectories).SelectMany(File.ReadAllLines).Skip(1).Select(line => line.Split(',')[0]).ShouldBe(["9", "11"]);

        // Once more: there is nobody any more.
        (await RunAsync("erase", "people", "--key", "ana@example.com", "--json"))["tables"]!.AsArray().ShouldAllBe(table => table!["erased"]!.GetValue<int>() == 0);
        (await ToolRun.ProcessAsync(_work.Path, "erase", "people", "--key", "a", "--key", "b", "--home", _home.Path)).ExitCode.ShouldBe(1);
        (await ToolRun.ProcessAsync(_work.Path, "erase", "departments", "--key", "no number", "--home", _home.Path)).Error.ShouldContain("can not be a value of id");
    }

    private IEnumerable<string> Quarantine() => Directory.GetFiles(Path.Combine(_home.Path, "buckets/rejects/people"), "*.csv", SearchOption.AllDirectories).SelectMany(File.ReadAllLines).Skip(1);

    private async Task PushAsync(string name, string content, bool fine = true)
    {
        await File.WriteAllTextAsync(Path.Combine(_work.Path, name), content);
        var run = await ToolRun.ProcessAsync(_work.Path, "push", name, "--home", _home.Path);
        run.ExitCode.ShouldBe(fine ? 0 : 1, run.Output + run.Error);
    }

    private async Task<JsonNode> RunAsync(params string[] arguments)
    {
        var run = await ToolRun.ProcessAsync(_work.Path, [.. arguments, "--home", _home.Path]);
        run.ExitCode.ShouldBe(0, run.Output + run.Error);
        return JsonNode.Parse(run.Output)!;
    }

    private Task<string> CatalogAsync() => TextAsync("SELECT string_agg(d, ' ' ORDER BY d) FROM (SELECT file_date || ':' || string_agg(brand || category_id, ',' ORDER BY brand) AS d FROM bq_catalog.product_catalog GROUP BY file_date) t");

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<string> TextAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return await command.ExecuteScalarAsync() as string ?? "";
    }
}
