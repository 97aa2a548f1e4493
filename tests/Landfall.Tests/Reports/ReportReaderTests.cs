using System.Text;
using System.Text.RegularExpressions;
using Landfall.Contracts;
using Landfall.Reports;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Reports;

public sealed class ReportReaderTests
{
    /// <summary>What stands in the plain report, what takes its place, and the fault, which is the only one.</summary>
    public static TheoryData<string, string, string> Faulty => new()
    {
        { "-- name: r\n", "", "r.sql:1: name: is missing." },
        { "name: r", "name: s", "r.sql:1: name: is 's', and the file is r.sql. The file's name is <name>.sql: change one of them." },
        { "name: r", "name: R", "r.sql:1: name: is 'R'; a name is lower-case letters, digits and '_', begins with no digit and has at most 63 characters." },
        { "-- description: Jobs by id.\n", "", "r.sql:1: description: is missing." },
        { "-- description", "-- title: x\n-- description", "r.sql:2: title: is not a word that may stand here." },
        { "-- description", "-- desription: x\n-- description", "r.sql:2: desription: is not a word that may stand here. Perhaps 'description' was meant." },
        { "-- description", "-- name: r\n-- description", "r.sql:2: the word 'name' stands twice in one map. Keep one of them." },
        { "-- description: Jobs by id.", "-- description: [", "r.sql:3: is not the header of a report: the parser can not go on here." },
        { "logicalType: integer, default", "logicalType: int, default", "r.sql:4: parameters[least].logicalType: is 'int'; expected " },
        { "default: 1", "default: one", "r.sql:4: parameters[least].default: is 'one', and least must be a whole number of 64 bits." },
        { "default: 1", "default: -1", "r.sql:4: parameters[least].default: is '-1', and least " },
        { "default: 1", "default: 1, example: x", "r.sql:4: parameters[least].example: is 'x', and least must be" },
        { "default: 1", "default: 1, required: true", "r.sql:4: parameters[least].required: stands beside 'default', which is asked where nothing is said. Keep one of the two." },
        { "minimum: 0", "min: 0", "r.sql:4: parameters[least].logicalTypeOptions.min: is not a word" },
        { "--   - { name: job, logicalType: string }", "--   - { name: id, logicalType: string }", "r.sql:7: columns[id].name: is 'id', as another of the columns is called." },
        { "--   - { name: job, logicalType: string }", "--   - { name: job }", "r.sql:7: columns[job].logicalType: is missing." },
        { "--   - { name: job, logicalType: string }", "--   - { name: job, logicalType: string, unique: true }", "r.sql:7: columns[job].unique: is not a word" },
        { "-- columns:\n--   - { name: id, logicalType: integer, required: true }\n--   - { name: job, logicalType: string }\n", "", "r.sql:1: columns: is missing." },
        { "\nSELECT", "\n-- publish: { schedule: daily }\nSELECT", "r.sql:8: publish.schedule: is 'daily'; expected cron's five fields" },
        { "\nSELECT", "\n-- publish: { dataset: landfall }\nSELECT", "r.sql:8: publish.dataset: is 'landfall', which is not for reports. Choose another dataset." },
        { "\nSELECT", "\n-- publish: { timeZone: Mars/Base }\nSELECT", "r.sql:8: publish.timeZone: is 'Mars/Base'; expected an IANA time zone" },
        { "default: 1, logicalTypeOptions: { minimum: 0 } }", "required: true }\n-- publish: { schedule: \"0 5 * * *\" }", "r.sql:5: publish.schedule: publishes it without a word for the parameter 'least'" },
        { "SELECT id, job\nFROM ${jobs}\nWHERE id >= @least\nORDER BY id\n", "", "r.sql:8: query: is missing. Write one SELECT below the header." },
        { "${jobs}", "${job}", "r.sql:9: query: reads '${job}', and there is no such contract. Perhaps 'jobs' was meant." },
        { "${jobs}", "${people}", "r.sql:9: query: reads ${people}, which has several tables. Write ${people.people}, " },
        { "${jobs}", "${people.persons}", "r.sql:9: query: reads '${people.persons}', and the contract has no such table. There is: ${people.people}, " },
        { "${jobs}", "${product_catalog}", "r.sql:9: query: reads ${product_catalog}, which lands in BigQuery; reports are asked of Postgres." },
        { "${jobs}", "${jobs} JOIN hiring.departments d ON d.id = id", "r.sql:9: query: reads hiring.departments by a name of its own. Write a contract's table as ${<the contract's id>}" },
        { "${jobs}", "jobs, ${jobs}", "r.sql:9: query: reads jobs by a name of its own." },
        { "${jobs}", "${jobs} j, (departments CROSS JOIN ${jobs} k)", "r.sql:9: query: reads departments by a name of its own." },
        { "${jobs}", "${jobs} WHERE id IN (SELECT id FROM \"hiring\".\"jobs\") OR id > @least", "r.sql:9: query: reads \"hiring\".\"jobs\" by a name of its own." },
        { "${jobs}", "${jobs} WHERE id IN (TABLE pg_authid) OR id > @least", "r.sql:9: query: says TABLE for SELECT * FROM." },
        { "SELECT id, job\nFROM ${jobs}", "SELECT 1 AS id, 'x' AS job\n", "r.sql:8: query: reads no table. A contract's table is written ${<the contract's id>}." },
        { "@least", "@last + @least", "r.sql:10: query: asks for the parameter @last, which the header does not have. Perhaps 'least' was meant." },
        { "@least", "1", "r.sql:8: query: does not ask for the parameter 'least'. Write @least where its value stands, or remove it from the header." },
        { "@least", "$1 + @least", "r.sql:10: query: holds a '$' that is no ${table}. Texts stand in single quotes, and parameters are written @name." },
        { "ORDER BY id", "ORDER BY id;", "r.sql:11: query: holds a ';'. A report is one SELECT, and ends with the file." },
        { "ORDER BY id", "ORDER BY (id", "r.sql:11: query: opens a parenthesis that it does not close." },
        { "ORDER BY id", "ORDER BY id)", "r.sql:11: query: closes a parenthesis that it did not open." },
        { "ORDER BY id", "ORDER BY 'id", "r.sql:11: query: has a ' without its end." },
        { "ORDER BY id", "/* /* */ ORDER BY id", "r.sql:11: query: has a comment that does not end." },
        { "ORDER BY id", "FOR UPDATE", "r.sql:11: query: locks rows. Remove FOR UPDATE, or FOR SHARE." },
        { "SELECT id, job\nFROM", "SELECT id, job INTO x\nFROM", "r.sql:8: query: holds INTO, which makes a table. A report only reads." },
        { "SELECT id, job\nFROM", "WITH x AS (DELETE FROM ${jobs} RETURNING id) SELECT id, job\nFROM", "r.sql:8: query: begins with DELETE, which changes a table. A report only reads." },
        { "SELECT id, job\nFROM", "EXPLAIN SELECT id, job\nFROM", "r.sql:8: query: does not begin with SELECT or WITH. A report is one SELECT." },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public void Every_fault_is_told_with_its_line(string old, string @new, string fault)
    {
        var plain = ReportFolder.Plain("r");
        plain.ShouldContain(old, Case.Sensitive);
        using var folder = new ReportFolder().With("r", plain.Replace(old, @new, StringComparison.Ordinal));

        folder.Faults().ShouldHaveSingleItem().ShouldStartWith(fault, Case.Sensitive);
    }

    [Fact]
    public void All_faults_of_all_reports_are_told_at_once()
    {
        using var folder = new ReportFolder()
            .With("a", ReportFolder.Plain("b").Replace("${jobs}", "${nothing}", StringComparison.Ordinal)).With("c", "SELECT 1\n").With("d").With("tables");
        File.WriteAllText(Path.Combine(folder.Path, "E.SQL"), "");

        folder.Faults().ShouldBe(
        [
            "E.SQL: is not read, because of its name. Rename it to end in .sql.",
            "a.sql:1: name: is 'b', and the file is a.sql. The file's name is <name>.sql: change one of them.",
            "a.sql:9: query: reads '${nothing}', and there is no such contract. " + $"There is: {string.Join(", ", ReportFolder.Contracts.All.Select(contract => contract.Id))}.",
            "c.sql:1: has no header. It begins with comments that say what it is: -- name: …, -- description: …, -- columns: ….",
            "tables.sql:1: name: is 'tables', and /tables is a path of the API's own. Choose another name.",
        ]);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_a_fault_and_none_is_none()
    {
        Assert.Throws<ContractFaultException>(() => ReportReader.Read("/no/such/folder", ReportFolder.Contracts)).Message.ShouldContain("LANDFALL_REPORTS says where the reports are");
        ReportReader.Read(null, ReportFolder.Contracts).All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("WITH a AS (SELECT 1), b (x) AS MATERIALIZED (SELECT 2) SELECT id, job FROM ${jobs}, a, b WHERE id >= @least")]
    [InlineData("SELECT id, job FROM ${jobs} WHERE extract(YEAR FROM now()) > @least AND job IS DISTINCT FROM 'FROM x; $1 @y' AND substring(job FROM 2) <> '' -- FROM x; @z\n")]
    [InlineData("SELECT id, job FROM (SELECT DISTINCT id, job FROM ONLY ${jobs}) j CROSS JOIN LATERAL generate_series(1, @least) s, pg_catalog.unnest(ARRAY[1, 2]) u")]
    [InlineData("SELECT id, job FROM (${jobs} JOIN ${departments} d USING (id)) WHERE id >= @least /* FROM x; /* @z */ */")]
    [InlineData("SELECT id, E'it\\'s; FROM x' AS job FROM ${jobs} WHERE '[1,2]'::jsonb @> to_jsonb(@least) AND \"job\" <> '${x}'")]
    [InlineData("SELECT id, job FROM ${jobs} UNION ALL SELECT id, department FROM ${departments} WHERE id > @least ORDER BY 1, 2")]
    [InlineData("select id, job from ${people.departments} right join ${jobs} on true where id >= @least")]
    public void What_only_looks_like_a_fault_is_none(string query)
    {
        using var folder = new ReportFolder().With("r", string.Join('\n', ReportFolder.Plain("r").Split('\n')[..7]) + "\n" + query);

        folder.Faults().ShouldBeEmpty();
    }

    [Fact]
    public void Tables_and_parameters_stand_in_the_query_as_Postgres_takes_them()
    {
        using var folder = new ReportFolder().With("r");

        var report = folder.Read().All.ShouldHaveSingleItem();

        report.Sql.ShouldBe("SELECT id, job\nFROM \"hiring\".\"jobs\"\nWHERE id >= $1\nORDER BY id");
        (report.Job, report.Tables.ShouldHaveSingleItem().Table.ToString(), report.Parameters[0].Default).ShouldBe(("r-publish", "hiring.jobs", "1"));
    }

    [Fact]
    public void The_committed_ones_have_no_fault_and_read_the_hiring_tables()
    {
        var reports = ReportReader.Read(Repository.Path("shared/reports"), ReportFolder.Contracts);

        reports.All.Select(report => $"{report.Name}: {string.Join(" ", report.Tables.Select(table => $"{table.Table}").Order())}".Replace("hiring.", "", StringComparison.Ordinal))
            .ShouldBe(["hires_depa: departments hired_employees", "hires_mean: departments hired_employees", "hires_q: departments hired_employees jobs"]);
    }

    [Fact]
    public void The_one_that_the_README_shows_has_no_fault()
    {
        var shown = Regex.Match(File.ReadAllText(Repository.Path("shared/reports/README.md")), "```sql\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        using var folder = new ReportFolder().With("job_names", shown);

        var report = folder.Read().All.ShouldHaveSingleItem();

        (report.Dataset?.Name, report.Schedule?.Text, report.TimeZone.Id, report.Parameters.Count).ShouldBe(("people_reports", "0 6 * * 1-5", "Europe/Berlin", 2));
    }

    /// <summary>Whatever the bytes are, there is a clear outcome.</summary>
    [Fact]
    public void No_bytes_do_more_than_be_at_fault()
    {
        const int seed = 20210101;
        var random = new Random(seed);
        var plain = Encoding.UTF8.GetBytes(ReportFolder.Plain("r"));
        var faulty = 0;
        using var folder = new TempFolder();
        for (var i = 0; i < 500; i++)
        {
            var bytes = plain.ToArray();
            for (var n = random.Next(1, 6); n > 0; n--) bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"$@{}()'\"-/*;\n,[]:"[random.Next(17)];
            File.WriteAllBytes(folder["r.sql"], bytes[..(random.Next(5) == 0 ? random.Next(bytes.Length) : bytes.Length)]);
            try
            {
                ReportReader.Read(folder.Path, ReportFolder.Contracts);
            }
            catch (ContractFaultException)
            {
                faulty++;
            }
        }
        faulty.ShouldBeGreaterThan(300, $"seed {seed}");
    }
}
