using System.Diagnostics;
using Landfall.Contracts;
using Landfall.Tests.Landings;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Tool;

/// <summary><c>contract new</c>, <c>check</c>, <c>diff</c>, <c>sql</c>.</summary>
public sealed class ContractCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("stations_20240105.csv", "code,Name of it,height_m,opened\nBOG,Bogotá,2548.5,1959-12-10\nLIS,Lisbon,,2001-01-01\n")]
    [InlineData("sales-2024-01-05.csv", "Ticket;Day;Amount;Paid\r\n0012;05/01/2024;12,50;yes\r\n0013;31/01/2024;1,00;no\r\n")]
    [InlineData("no_header_20240105.csv", "1,a@example.com,0123\n2,b@example.com,0456\n")]
    [InlineData("events_20240105.ndjson", "{\"id\":\"a\",\"at\":\"2024-01-05T06:00:00Z\",\"n\":1.5,\"tags\":[1,2]}\n{\"id\":\"b\",\"extra\":true}\n")]
    [InlineData("one.csv", "a,b\n,\n")]
    [InlineData("names.tsv", "select\tfrom\t_x\t1st\tÄrger\tselect_\n1\t2\t3\t4\t5\t6\n2\t2\t3\t4\t5\t6\n")]
    [InlineData("#odd: {name}.csv", "#,\"a \"\"b\"\"\",x: y,- z,\u001b\n1,2,3,4,5\n")]
    public async Task A_draft_has_no_fault_and_its_sample_lands_by_it(string name, string text)
    {
        File.WriteAllText(Path.Combine(_folder.Path, name), text);
        foreach (var sink in (string[])["postgres", "bigquery"])
        {
            var run = await ToolRun.InAsync(_folder.Path, "contract", "new", name, "--team", "shop", "--sink", sink, "--dataset", "drafted", "--json");
            run.ExitCode.ShouldBe(0, run.Output);
            run.Json.GetProperty("rejected").GetInt64().ShouldBe(0, run.Json.GetProperty("yaml").GetString());
            var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, sink)).FullName;
            File.WriteAllText(Path.Combine(folder, "drafted.odcs.yaml"), run.Json.GetProperty("yaml").GetString());
            (await ToolRun.InAsync(_folder.Path, "contract", "check", "--contracts", folder)).ExitCode.ShouldBe(0);
            await ShouldBeOdcsAsync(Path.Combine(folder, "drafted.odcs.yaml"));
            var check = await ToolRun.InAsync(_folder.Path, "check", name, "--contract", "drafted", "--contracts", folder);
            check.ExitCode.ShouldBe(0, check.Output);
        }
    }

    [Fact]
    public async Task A_draft_knows_a_key_dates_codes_and_the_date_in_the_name()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "people_20240105.csv"), "name,email,zip,born,score,active\nAna,a@x.com,01234,1999-12-31,1.50,true\nAna,b@x.com,99999,2000-01-01,2,false\n");
        var yaml = (await ToolRun.InAsync(_folder.Path, "contract", "new", "people_20240105.csv", "--team", "hr")).Output;
        yaml.ShouldContain("id: people\n");
        yaml.ShouldContain("drop-zone/hr/people_{date:yyyyMMdd}.csv");
        yaml.ShouldContain("{ name: email, logicalType: string, required: true, primaryKey: true");
        yaml.ShouldContain("{ name: zip, logicalType: string, required: true }");
        yaml.ShouldContain("{ name: born, logicalType: date, required: true }");
        yaml.ShouldContain("name: score, logicalType: number, physicalType: \"numeric(18,2)\"");
        yaml.ShouldContain("name: active, logicalType: boolean");
        yaml.ShouldContain("write: upsert");
        yaml.ShouldContain("# decide:");
    }

    [Fact]
    public async Task Every_fault_is_told_with_file_path_and_hint()
    {
        var text = File.ReadAllText(Repository.Path("shared/contracts/departments.odcs.yaml")).Replace("logicalType: integer", "logicalType: whole").Replace("write: upsert", "write: sometimes");
        File.WriteAllText(Path.Combine(_folder.Path, "departments.odcs.yaml"), text);
        var run = await ToolRun.InAsync(_folder.Path, "contract", "check", "departments.odcs.yaml", "--json");
        run.ExitCode.ShouldBe(1);
        var faults = run.Json.GetProperty("faults").EnumerateArray().ToList();
        faults.Count.ShouldBe(2);
        foreach (var fault in faults)
        {
            fault.GetProperty("file").GetString().ShouldBe("departments.odcs.yaml");
            fault.GetProperty("line").GetInt32().ShouldBePositive();
            fault.GetProperty("path").GetString().ShouldNotBeNullOrEmpty();
        }
        var people = await ToolRun.InAsync(_folder.Path, "contract", "check", "departments.odcs.yaml");
        people.ExitCode.ShouldBe(1);
        people.Output.ShouldContain("2 faults");
    }

    /// <summary>A change of a committed contract, where it is told, and whether it breaks anybody.</summary>
    [Theory]
    [InlineData("hired_employees", "header: false", "header: true", "format", true)]
    [InlineData("hired_employees", "waitForParents: 10s", "waitForParents: 5s", "waitForParents", true)]
    [InlineData("hired_employees", "waitForParents: 10s", "waitForParents: 20s", "waitForParents", false)]
    [InlineData("people", "maxRejectedPercent: 20", "maxRejectedPercent: 10", "maxRejectedPercent", true)]
    [InlineData("people", "maxRejectedPercent: 20", "maxRejectedPercent: 50", "maxRejectedPercent", false)]
    [InlineData("people", "unknownColumns: refuse", "unknownColumns: discard", "unknownColumns", false)]
    [InlineData("people", "people_{date:yyyyMMdd}.csv", "persons_{date:yyyyMMdd}.csv", "object", true)]
    [InlineData("people", "people_{date:yyyyMMdd}.csv", "*_{date:yyyyMMdd}.csv", "object", false)]
    [InlineData("people", "maxLength: 254", "maxLength: 100", "people.people.email.maxLength", true)]
    [InlineData("people", "maxLength: 254", "maxLength: 300", "people.people.email.maxLength", false)]
    [InlineData("people", "^[A-Za-z]{2}$", "^[A-Z]{2}$", "people.people.state.pattern", true)]
    [InlineData("people", "{ name: city, logicalType: string,", "{ name: city, logicalType: string, required: true,", "people.people.city.required", true)]
    [InlineData("people", "{ name: last_name, logicalType: string, required: true,", "{ name: last_name, logicalType: string,", "people.people.last_name.required", false)]
    [InlineData("people", "{ name: city, logicalType: string,", "{ name: town, logicalType: string,", "people.people.city", true)]
    [InlineData("people", "{ name: city, logicalType: string,", "{ name: city, logicalType: string, transformSourceObjects: [ Town ],", "people.people.city.transformSourceObjects", true)]
    [InlineData("people", "lpad(zip, 5, '0')", "lpad(zip, 5, ' ')", "people.people.zip.transformLogic", true)]
    [InlineData("relations", "logicalType: boolean", "logicalType: integer", "relations.relations.related.type", true)]
    [InlineData("relations", "severity: warning\n        query: SELECT count(*) FROM ${table} WHERE", "severity: error\n        query: SELECT count(*) FROM ${table} WHERE", "relations.relations.quality[related to oneself]", true)]
    [InlineData("relations", "object: matrix/matriz_de_adyacencia.xlsx", "maxChangePercent: 50\n      object: matrix/matriz_de_adyacencia.xlsx", "maxChangePercent", true)]
    [InlineData("people", "value: 3, unit: y", "value: 2, unit: y", "retention", true)]
    [InlineData("people", "{ role: people_readers, access: read }", "{ role: others, access: read }", "roles.people_readers", true)]
    public async Task A_change_is_safe_or_breaking(string id, string from, string to, string path, bool breaking)
    {
        var old = Repository.Path($"shared/contracts/{id}.odcs.yaml");
        var text = File.ReadAllText(old);
        text.ShouldContain(from);
        File.WriteAllText(Path.Combine(_folder.Path, $"{id}.odcs.yaml"), text.Replace(from, to));
        var run = await ToolRun.InAsync(_folder.Path, "contract", "diff", old, $"{id}.odcs.yaml", "--json");
        var change = run.Json.GetProperty("changes").EnumerateArray().First(c => c.GetProperty("path").GetString() == path);
        change.GetProperty("breaking").GetBoolean().ShouldBe(breaking, run.Output);
        run.ExitCode.ShouldBe(breaking ? 1 : 0, run.Output);
    }

    [Fact]
    public async Task Two_like_folders_have_no_change_and_a_contract_that_is_gone_breaks()
    {
        var run = await ToolRun.InAsync(_folder.Path, "contract", "diff", Repository.Path("shared/contracts"), Repository.Path("shared/contracts"));
        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("no change");
        foreach (var file in Directory.EnumerateFiles(Repository.Path("shared/contracts")).Where(file => !file.EndsWith("people.odcs.yaml", StringComparison.Ordinal))) File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
        (await ToolRun.InAsync(_folder.Path, "contract", "diff", Repository.Path("shared/contracts"), _folder.Path)).ExitCode.ShouldBe(1);
        (await ToolRun.InAsync(_folder.Path, "contract", "diff", _folder.Path, Repository.Path("shared/contracts"))).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Sql_is_the_committed_script()
    {
        var run = await ToolRun.InAsync(_folder.Path, "contract", "sql", "people");
        run.Output.ShouldBe(File.ReadAllText(Repository.Path("shared/contracts/sql/people.sql")));
        (await ToolRun.InAsync(_folder.Path, "contract", "sql", "--json")).Json.GetProperty("sql").EnumerateObject().Count()
            .ShouldBe(ContractReader.Read(Repository.Path("shared/contracts"), null).All.Count);
    }

    [Fact]
    public async Task An_external_table_is_a_script_a_check_and_no_plan()
    {
        var contracts = Directory.CreateDirectory(Path.Combine(_folder.Path, "contracts")).FullName;
        var file = Path.Combine(contracts, "clicks.odcs.yaml");
        File.WriteAllText(file, ExternalTests.Text);
        await ShouldBeOdcsAsync(file);
        var environment = new Dictionary<string, string> { ["LANDFALL_CONTRACTS"] = contracts, ["LANDFALL_BUCKET_PREFIX"] = "acme-", ["LANDFALL_BIGQUERY_CONNECTION"] = "eu.landfall" };
        var sql = (await ToolRun.InAsync(_folder.Path, environment, "contract", "sql")).Output;
        sql.ShouldContain("WITH CONNECTION `eu.landfall`");
        sql.ShouldContain("'gs://acme-drop-zone/shop/clicks_*.csv'");

        File.WriteAllText(Path.Combine(_folder.Path, "clicks_20240105.csv"), "id,at,note\n1,2024-01-05T06:00:00Z,a\n-1,,b\n");
        var check = await ToolRun.InAsync(_folder.Path, environment, "check", "clicks_20240105.csv", "--json");
        (check.ExitCode, check.Json.GetProperty("rejects").GetArrayLength()).ShouldBe((1, 1), check.Output);
        File.WriteAllText(Path.Combine(_folder.Path, "clicks_20240106.csv"), "note,id,at\na,1,2024-01-05T06:00:00Z\n");
        (await ToolRun.InAsync(_folder.Path, environment, "check", "clicks_20240106.csv", "--json")).Output.ShouldContain("where BigQuery reads 'id'");
        var told = await ToolRun.InAsync(_folder.Path, environment, "check", "clicks_20240105.csv");
        (told.Output + told.Error).ShouldContain("until then shop.clicks may show them as they are");
        (await ToolRun.InAsync(_folder.Path, environment, "plan", "clicks_20240105.csv")).Error.ShouldContain("lands in BigQuery");
    }

    /// <summary>Asks the standard's own schema, where its checker is at hand.</summary>
    private static async Task ShouldBeOdcsAsync(string file)
    {
        var checker = Repository.Path("../shared/tools/odcscheck/run");
        if (!File.Exists(checker)) return;
        using var process = Process.Start(new ProcessStartInfo(checker, [file]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, output);
    }
}
