using System.Diagnostics;
using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Local.BigQuery;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.BigQuery;

/// <summary>Statements that make and change tables, and the script of a commit.</summary>
public sealed class SqlStatementTests(SqlWorld world) : IClassFixture<SqlWorld>
{
    [Fact]
    public async Task A_table_is_made_with_all_that_its_statement_says()
    {
        var made = (await world.RunAsync("""
            CREATE TABLE IF NOT EXISTS `p-1.d.full` (day DATE NOT NULL OPTIONS(description="the day"), Name STRING, n NUMERIC(10, 2), PRIMARY KEY (day, Name) NOT ENFORCED)
            PARTITION BY day CLUSTER BY Name OPTIONS(description='its', labels=[('a', 'b'), ("c", "d")], partition_expiration_days=2, expiration_timestamp=TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 1 DAY))
            """)).ShouldHaveSingleItem();

        made.Statement.ShouldBe("CREATE_TABLE");
        made.Operation.ShouldBe("CREATE");
        made.Target.ShouldBe(new TableName("d", "full"));
        var table = (await world.Catalog.GetTableAsync(new("d", "full"), default)).ShouldNotBeNull();
        TableSchema.Read(table["schema"]).Select(field => $"{field.Name} {field.Type} {field.Required} {field.Precision} {field.Scale} {field.Description}")
            .ShouldBe(["day DATE True   the day", "Name STRING False   ", "n NUMERIC False 10 2 "]);
        JsonNode.DeepEquals(table["timePartitioning"], JsonNode.Parse("""{"type":"DAY","field":"day","expirationMs":"172800000"}""")).ShouldBeTrue();
        table["clustering"]!.ToJsonString().ShouldBe("""{"fields":["Name"]}""");
        table["labels"]!.ToJsonString().ShouldBe("""{"a":"b","c":"d"}""");
        table["description"]!.ToString().ShouldBe("its");
        table["expirationTime"]!.ToString().ShouldBe($"{(world.Clock.GetUtcNow() + TimeSpan.FromDays(1)).ToUnixTimeMilliseconds()}");
        table["tableConstraints"]!.ToJsonString().ShouldBe("""{"primaryKey":{"columns":["day","Name"]}}""");

        (await world.RunAsync("CREATE TABLE IF NOT EXISTS d.full (x INT64)"))[0].Operation.ShouldBe("SKIP");
        (await world.FaultAsync("CREATE TABLE d.full (x INT64)")).Status.ShouldBe(409);
        (await world.RunAsync("CREATE OR REPLACE TABLE d.full (x INT64)"))[0].Operation.ShouldBe("REPLACE");
        (await world.RunAsync("DROP TABLE d.full"))[0].Operation.ShouldBe("DROP");
        (await world.RunAsync("DROP TABLE IF EXISTS d.full"))[0].Operation.ShouldBe("SKIP");
        (await world.FaultAsync("DROP TABLE d.full")).Status.ShouldBe(404);
        (await world.FaultAsync("CREATE TABLE nowhere.t (x INT64)")).Status.ShouldBe(404);
        (await world.RunAsync("CREATE SCHEMA IF NOT EXISTS d"))[0].Operation.ShouldBe("SKIP");
        (await world.FaultAsync("CREATE SCHEMA d")).Reason.ShouldBe("duplicate");
    }

    [Fact]
    public async Task A_table_may_be_partitioned_by_ranges()
    {
        await world.RunAsync("CREATE TABLE d.ranges PARTITION BY RANGE_BUCKET(id, GENERATE_ARRAY(-99, 9207000000000000001, 100)) CLUSTER BY id AS SELECT 0 AS id UNION ALL SELECT 7");
        var partitioning = (await world.Catalog.GetTableAsync(new("d", "ranges"), default))!["rangePartitioning"];
        JsonNode.DeepEquals(partitioning, JsonNode.Parse("""{"field":"id","range":{"start":"-99","end":"9207000000000000001","interval":"100"}}""")).ShouldBeTrue();
        (await world.RunAsync("UPDATE d.ranges SET id = 8 WHERE id IN (7)"))[0].Affected.ShouldBe(1);
        (await world.FaultAsync("CREATE TABLE d.bad PARTITION BY RANGE_BUCKET(id, [1, 2]) AS SELECT 0 AS id")).Message.ShouldContain("RANGE_BUCKET without GENERATE_ARRAY");
        (await world.FaultAsync("CREATE TABLE d.bad PARTITION BY RANGE_BUCKET(id, GENERATE_ARRAY(1, 2)) AS SELECT 0 AS id")).Message.ShouldContain("without an interval");
        (await world.FaultAsync("CREATE TABLE d.bad PARTITION BY RANGE_BUCKET(id, GENERATE_ARRAY('a', 2, 1)) AS SELECT 0 AS id")).Message.ShouldContain("whole number");
    }

    [Fact]
    public async Task A_table_is_made_of_a_query_once_and_may_be_made_of_itself()
    {
        const string Make = "CREATE TABLE IF NOT EXISTS `d.made` CLUSTER BY identity AS SELECT 0 AS landing_id, CAST(NULL AS STRING) AS identity, CAST(NULL AS DATE) AS source_date, CAST(NULL AS TIMESTAMP) AS time_created";
        var made = (await world.RunAsync(Make))[0];
        (made.Statement, made.Operation).ShouldBe(("CREATE_TABLE_AS_SELECT", "CREATE"));
        (await world.RunAsync(Make))[0].Operation.ShouldBe("SKIP");
        (await world.AskAsync("SELECT * FROM d.made")).ShouldBe("0|NULL|NULL|NULL");
        (await world.RunAsync("SELECT * FROM d.made"))[0].Fields.Select(field => field.Type).ShouldBe(["INT64", "STRING", "DATE", "TIMESTAMP"]);

        (await world.RunAsync("CREATE OR REPLACE TABLE d.made AS SELECT landing_id + 5 AS Id, 'x' AS s FROM d.made"))[0].Operation.ShouldBe("REPLACE");
        (await world.AskAsync("SELECT * FROM d.made")).ShouldBe("5|x");
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => world.RunAsync("CREATE TABLE IF NOT EXISTS d.raced AS SELECT 1 AS x")));
        (await world.AskAsync("SELECT COUNT(*) FROM d.raced")).ShouldBe("1");
        (await world.FaultAsync("CREATE TABLE d.failed AS SELECT ERROR('no') AS x")).Message.ShouldBe("no");
        (await world.FaultAsync("SELECT * FROM d.failed")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_view_is_BigQuerys_query()
    {
        await world.RunAsync("CREATE TABLE d.base AS SELECT 7 AS a, 2 AS b; CREATE VIEW IF NOT EXISTS d.seen AS SELECT a / b AS Ratio, SUM(a) AS total FROM d.base GROUP BY 1");
        (await world.AskAsync("SELECT Ratio, total FROM d.seen")).ShouldBe("3.5|7");
        (await world.Catalog.GetTableAsync(new("d", "seen"), default))!["view"]!["query"]!.ToString().ShouldBe("SELECT a / b AS Ratio, SUM(a) AS total FROM d.base GROUP BY 1");
        (await world.RunAsync("CREATE OR REPLACE VIEW d.seen AS SELECT 1 AS one"))[0].Operation.ShouldBe("REPLACE");
        (await world.AskAsync("SELECT * FROM d.seen")).ShouldBe("1");
        (await world.FaultAsync("DROP TABLE d.seen")).Reason.ShouldBe("invalidQuery");
        (await world.FaultAsync("CREATE VIEW d.bad AS SELECT * FROM pg_class")).Message.ShouldContain("must be qualified");
        (await world.RunAsync("DROP VIEW d.seen"))[0].Operation.ShouldBe("DROP");
    }

    [Fact]
    public async Task Rows_are_inserted_updated_deleted_and_counted()
    {
        await world.RunAsync("CREATE TABLE d.dml (id INT64, v STRING, amount NUMERIC)");
        (await world.RunAsync("INSERT INTO d.dml (id, v, amount) VALUES (1, 'a', 1.5), (2, DEFAULT, NULL), (3, 'c', 3)"))[0].Affected.ShouldBe(3);
        (await world.RunAsync("INSERT `d.dml` (id, V) SELECT id + 10, v FROM d.dml WHERE id < 3"))[0].Affected.ShouldBe(2);
        (await world.RunAsync("INSERT d.dml SELECT 20, 'twenty', 1"))[0].Affected.ShouldBe(1);
        (await world.RunAsync("UPDATE d.dml t SET t.v = UPPER(v), amount = IFNULL(amount, 0) + 1 WHERE t.id IN (1, 3)"))[0].Affected.ShouldBe(2);
        (await world.RunAsync("UPDATE d.dml AS t SET v = s.v FROM UNNEST([11]) AS n JOIN d.dml s ON s.id + 10 = n WHERE t.id = n"))[0].Affected.ShouldBe(1);
        (await world.AskAsync("SELECT id, v, amount FROM d.dml ORDER BY id")).ShouldBe("1|A|2.5\n2|NULL|NULL\n3|C|4\n11|A|NULL\n12|NULL|NULL\n20|twenty|1");
        (await world.RunAsync("DELETE d.dml WHERE v IS NULL"))[0].Affected.ShouldBe(2);
        (await world.RunAsync("DELETE FROM `d.dml` t WHERE t.id = 20"))[0].Affected.ShouldBe(1);
        (await world.FaultAsync("UPDATE d.dml SET v = 'x'")).Message.ShouldBe("UPDATE must have a WHERE clause");
        (await world.FaultAsync("DELETE FROM d.dml")).Message.ShouldBe("DELETE must have a WHERE clause");
        (await world.FaultAsync("UPDATE d.dml t SET v = s.v FROM (SELECT 'x' AS v UNION ALL SELECT 'y') s WHERE t.id = 1")).Message
            .ShouldBe("UPDATE/MERGE must match at most one source row for each target row");
        (await world.RunAsync("TRUNCATE TABLE d.dml"))[0].Affected.ShouldBe(3);
        await world.RunAsync("CREATE TABLE d.strict (x INT64 NOT NULL)");
        (await world.FaultAsync("INSERT INTO d.strict (x) VALUES (NULL)")).Message.ShouldBe("Required field x cannot be null");
    }

    [Fact]
    public async Task Merge_updates_deletes_inserts_and_refuses_doubles()
    {
        await world.RunAsync("CREATE TABLE d.target AS SELECT 1 AS id, 'old' AS v, 5 AS _order UNION ALL SELECT 2, 'old', 5 UNION ALL SELECT 3, 'old', 5");
        await world.RunAsync("CREATE TABLE d.source AS SELECT 1 AS id, 'new' AS v, 6 AS _order UNION ALL SELECT 2, 'new', 4 UNION ALL SELECT 3, 'gone', 9 UNION ALL SELECT 4, 'new', 1");
        (await world.RunAsync("""
            MERGE INTO `d.target` AS T USING (SELECT id, v, _order FROM d.source) S ON t.id = s.id
            WHEN MATCHED AND s.v = CASE WHEN TRUE THEN 'gone' END THEN DELETE
            WHEN MATCHED AND (t._order < s._order OR (t._order = s._order AND t.v < s.v)) THEN UPDATE SET t.v = s.v, _order = s._order
            WHEN NOT MATCHED BY TARGET AND s.id < 9 THEN INSERT (id, v, _order) VALUES (s.id, v, _order)
            """))[0].Affected.ShouldBe(3);
        (await world.AskAsync("SELECT * FROM d.target ORDER BY id")).ShouldBe("1|new|6\n2|old|5\n4|new|1");
        (await world.RunAsync("MERGE d.target t USING d.source ON t.id = source.id + 100 WHEN NOT MATCHED THEN INSERT ROW"))[0].Affected.ShouldBe(4);
        (await world.FaultAsync("MERGE d.target t USING (SELECT 1 AS id UNION ALL SELECT 1) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET v = 'x'")).Message
            .ShouldBe("UPDATE/MERGE must match at most one source row for each target row");
        (await world.FaultAsync("MERGE d.target t USING d.source s ON FALSE WHEN NOT MATCHED BY SOURCE THEN DELETE")).Message.ShouldContain("NOT MATCHED BY SOURCE is not supported");
    }

    [Fact]
    public async Task The_script_of_a_commit_runs_at_once_and_quickly()
    {
        await world.RunAsync("CREATE SCHEMA landfall; CREATE SCHEMA landfall_staging");
        await world.RunAsync("""
            CREATE TABLE landfall.ledger CLUSTER BY identity OPTIONS(labels=[('landfall','ledger')]) AS SELECT 0 AS landing_id, 0 AS version, CAST(NULL AS STRING) AS identity, CAST(NULL AS DATE) AS source_date,
                CAST(NULL AS TIMESTAMP) AS time_created, CAST(NULL AS STRING) AS outcome, CAST(NULL AS JSON) AS details;
            CREATE TABLE landfall.staging (attempt STRING, feed INT64, line INT64, fields STRING, staged_on DATE) PARTITION BY staged_on;
            CREATE TABLE d.things (a STRING, n INT64, day DATE, _landing_id INT64) PARTITION BY day;
            CREATE TABLE landfall_staging.s_ab_0 (c1 STRING, c2 INT64);
            INSERT INTO landfall.staging VALUES ('x', 0, 2, '["one", 1]', DATE '2024-01-05'), ('x', 0, 2, '["one", 1]', DATE '2024-01-05'), ('x', 0, 3, '[null, 2]', DATE '2024-01-05');
            INSERT INTO landfall_staging.s_ab_0 VALUES ('loaded', 7);
            INSERT INTO d.things VALUES ('before', 1, DATE '2024-01-05', 1), ('stays', 1, DATE '2024-01-06', 1)
            """);
        const string Script = """
            BEGIN TRANSACTION;
            UPDATE `landfall.ledger` SET version = version + 1 WHERE landing_id = 0 AND version = @seen;
            SELECT IF(@@row_count = 1, 0, ERROR('landfall: the ledger moved'));
            SELECT IF(COUNT(*) = @rows, 0, ERROR('landfall: staging is incomplete')) FROM (SELECT DISTINCT attempt, feed, line FROM `landfall.staging` WHERE staged_on IN (DATE '2024-01-05') AND attempt IN UNNEST(@attempts));
            DELETE FROM `d.things` t WHERE t.day IN (DATE '2024-01-05') ;
            INSERT INTO `d.things` (a, n, day, _landing_id) SELECT CAST(JSON_VALUE(s.fields, '$[0]') AS STRING), CAST(JSON_VALUE(s.fields, '$[1]') AS INT64), DATE '2024-01-05', src.landing_id
                FROM (SELECT DISTINCT attempt, feed, line, fields FROM `landfall.staging` WHERE staged_on IN (DATE '2024-01-05')) s JOIN UNNEST(@sources) AS src ON src.attempt = s.attempt
                UNION ALL SELECT s.c1, s.c2, DATE '2024-01-05', 123 FROM `landfall_staging.s_ab_0` s;
            INSERT INTO `landfall.ledger` (landing_id, identity, source_date, time_created, outcome, details)
                SELECT e.landing_id, e.identity, e.source_date, e.time_created, e.outcome, PARSE_JSON(e.details, wide_number_mode=>'round') FROM UNNEST(@entries) AS e;
            COMMIT TRANSACTION;
            """;
        string Parameters(int seen, int rows) => $"[{SqlWorld.Scalar("seen", "INT64", $"{seen}")},{SqlWorld.Scalar("rows", "INT64", $"{rows}")},{SqlWorld.Array("attempts", "STRING", "x", "y\"\\{,")},"
            + SqlWorld.Rows("sources", ["attempt STRING", "landing_id INT64"], ["x", "41"])
            + "," + SqlWorld.Rows("entries", ["landing_id INT64", "identity STRING", "source_date DATE", "time_created TIMESTAMP", "outcome STRING", "details STRING"],
                ["41", "b/o'\"#1", "2024-01-05", "2024-01-05 06:00:00.123456+00:00", "landed", "{\"n\":1}"], ["42", "b/o#2", null, null, null, null]) + "]";

        var outcomes = await world.RunAsync(Script, Parameters(0, 2));
        outcomes.Select(outcome => outcome.Statement).ShouldBe(["BEGIN_TRANSACTION", "UPDATE", "SELECT", "SELECT", "DELETE", "INSERT", "INSERT", "COMMIT_TRANSACTION"]);
        outcomes.Select(outcome => outcome.Affected).ShouldBe([null, 1, null, null, 1, 3, 2, null]);
        (await world.AskAsync("SELECT a, n, day, _landing_id FROM d.things ORDER BY day, n, a")).ShouldBe("one|1|2024-01-05|41\nNULL|2|2024-01-05|41\nloaded|7|2024-01-05|123\nstays|1|2024-01-06|1");
        (await world.AskAsync("""
            SELECT landing_id, version, identity, time_created, details FROM `landfall.ledger` WHERE landing_id = 0 OR landing_id IN UNNEST(@ids)
                OR (outcome = 'landed' AND landing_id IN (SELECT landing_id FROM `landfall.ledger` WHERE outcome = 'landed' ORDER BY source_date DESC NULLS LAST, time_created DESC LIMIT 1)) ORDER BY landing_id
            """, $"[{SqlWorld.Array("ids", "INT64", "42")}]")).ShouldBe("0|1|NULL|NULL|NULL\n41|NULL|b/o'\"#1|2024-01-05 06:00:00.123456+00|{\"n\": 1}\n42|NULL|b/o#2|NULL|NULL");

        (await world.FaultAsync(Script, Parameters(0, 2))).Message.ShouldBe("landfall: the ledger moved");
        (await world.FaultAsync(Script, Parameters(1, 3))).Message.ShouldBe("landfall: staging is incomplete");
        (await world.AskAsync("SELECT version FROM landfall.ledger WHERE landing_id = 0")).ShouldBe("1");

        var watch = new Stopwatch();
        for (var seen = 1; seen <= 30; seen++)
        {
            if (seen == 11) watch.Start();
            await world.RunAsync(Script, Parameters(seen, 2));
        }
        (watch.ElapsedMilliseconds / 20).ShouldBeLessThan(100);
        Console.WriteLine($"a commit's script: {watch.Elapsed.TotalMilliseconds / 20:F1} ms");
    }

    [Fact]
    public async Task A_transaction_is_seen_whole_or_not_at_all()
    {
        await world.RunAsync("CREATE TABLE d.whole (x INT64)");
        await world.RunAsync("BEGIN TRANSACTION; INSERT INTO d.whole VALUES (1); COMMIT TRANSACTION; BEGIN TRANSACTION; INSERT INTO d.whole VALUES (2); ROLLBACK TRANSACTION");
        await world.FaultAsync("BEGIN TRANSACTION; INSERT INTO d.whole VALUES (3); SELECT ERROR('x'); COMMIT TRANSACTION");
        await world.FaultAsync("BEGIN TRANSACTION; INSERT INTO d.whole VALUES (4); SELECT * FROM d.nothing; COMMIT TRANSACTION");
        await world.RunAsync("BEGIN; INSERT INTO d.whole VALUES (5)");
        await world.FaultAsync("INSERT INTO d.whole VALUES (6); SELECT ERROR('x')");
        (await world.AskAsync("SELECT x FROM d.whole ORDER BY x")).ShouldBe("1\n6");
        (await world.FaultAsync("BEGIN TRANSACTION; CREATE TABLE d.inside (x INT64); COMMIT TRANSACTION")).Message.ShouldContain("DDL");
        (await world.FaultAsync("COMMIT TRANSACTION")).Message.ShouldBe("There is no active transaction");
    }
}
