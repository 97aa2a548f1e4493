using System.Diagnostics;
using System.Text;
using Landfall.Local.BigQuery;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.BigQuery;

/// <summary>Whatever is asked, the answer is rows or a fault in BigQuery's words; nothing outside of the datasets is ever read or changed.</summary>
public sealed class SqlHostileTests(SqlWorld world) : IClassFixture<SqlWorld>
{
    [Theory]
    [InlineData("SELECT 'no end", "Syntax error: Unclosed string literal at [1:8]")]
    [InlineData("SELECT '''no end'", "Unclosed string literal")]
    [InlineData("SELECT 1,\n  \"no\nend\"", "Unclosed string literal at [2:3]")]
    [InlineData("SELECT `no end", "Unclosed identifier literal")]
    [InlineData("SELECT 1 /* no end", "Unclosed comment")]
    [InlineData("SELECT r'\\", "Unclosed string literal")]
    [InlineData("SELECT '\\q'", "Illegal escape")]
    [InlineData("SELECT '\\uD800'", "Illegal escape")]
    [InlineData("SELECT '\\0001'", "Illegal escape")]
    [InlineData("SELECT (1", "Unexpected end of script")]
    [InlineData("SELECT 1)", "Unexpected \")\"")]
    [InlineData("SELECT (1; SELECT 2)", "Unexpected \";\"")]
    [InlineData("SELECT [1)", "Unexpected")]
    [InlineData("", "Unexpected end of statement")]
    [InlineData(";;", "Unexpected end of statement")]
    [InlineData("SELECT 1 $", "Illegal input character")]
    [InlineData("SELECT $1", "Illegal input character")]
    [InlineData("SELECT 1::text", "Illegal input character")]
    [InlineData("SELECT x'ff'", "")]
    [InlineData("SELECT 12abc", "Missing whitespace")]
    [InlineData("SELECT ?", "(?) is not supported by the local BigQuery")]
    [InlineData("SELECT @@version", "@@version is not supported by the local BigQuery")]
    [InlineData("FROM d.t |> SELECT 1", "is not supported by the local BigQuery")]
    [InlineData("SELECT é", "Illegal input character")]
    [InlineData("SELECT \0", "Illegal input character")]
    [InlineData("SELECT 'HALF A CHARACTER'", "Illegal input character")]
    [InlineData("SELECT nope", "Unrecognized name: nope")]
    [InlineData("SELECT t.nope FROM d.t", "Unrecognized name: t.nope")]
    [InlineData("SELECT q.x FROM d.t", "Unrecognized name: q")]
    [InlineData("SELECT x, COUNT(*) FROM d.t", "neither grouped nor aggregated")]
    [InlineData("SELECT x FROM d.t a, d.t b", "ambiguous")]
    [InlineData("SELECT * FROM d.missing", "Not found: Table local:d.missing was not found in location US")]
    [InlineData("SELECT * FROM missing.t", "Not found: Dataset local:missing")]
    [InlineData("SELECT * FROM t", "Table \"t\" must be qualified with a dataset")]
    [InlineData("SELECT * FROM d.t_*", "")]
    [InlineData("SELECT * FROM `d.t_*`", "A wildcard table is not supported")]
    [InlineData("SELECT * FROM `a.b.c.d`", "Invalid table name")]
    [InlineData("SELECT * FROM `d.t\"; DROP TABLE x; --`", "Invalid table name")]
    [InlineData("SELECT `x\"; DROP TABLE d.t; --` FROM d.t", "Unrecognized name")]
    [InlineData("CREATE TABLE `d.a\"b` (x INT64)", "Invalid table name")]
    [InlineData("CREATE TABLE d.z (`x\" int); DROP SCHEMA bq_d; --` INT64)", "Invalid field name")]
    [InlineData("SELECT 1 AS `a\"b`, ERROR('y')", "y")]
    [InlineData("SELECT * FROM pg_class", "must be qualified")]
    [InlineData("SELECT * FROM pg_catalog.pg_class", "Not found: Dataset local:pg_catalog")]
    [InlineData("SELECT * FROM bigquery.tables", "Not found: Dataset local:bigquery")]
    [InlineData("SELECT * FROM d.INFORMATION_SCHEMA.TABLES", "INFORMATION_SCHEMA is not supported")]
    [InlineData("SELECT * FROM information_schema.tables", "INFORMATION_SCHEMA is not supported")]
    [InlineData("WITH pg_class AS (SELECT 1 AS x) SELECT * FROM pg_class, pg_authid", "must be qualified")]
    [InlineData("SELECT * FROM pg_class WHERE EXISTS (WITH pg_class AS (SELECT 1 AS x) SELECT * FROM pg_class)", "must be qualified")]
    [InlineData("SELECT (WITH pg_authid AS (SELECT 1 AS x) SELECT x FROM pg_authid), (SELECT rolname FROM pg_authid)", "Unrecognized name")]
    [InlineData("SELECT * FROM d.t, pg_roles", "must be qualified")]
    [InlineData("SELECT * FROM (d.t CROSS JOIN pg_roles)", "must be qualified")]
    [InlineData("SELECT * FROM generate_series(1, 3)", "The table function generate_series is not supported")]
    [InlineData("SELECT * FROM d.t JOIN LATERAL (SELECT 1)", "")]
    [InlineData("SELECT pg_sleep(10)", "The function pg_sleep is not supported by the local BigQuery")]
    [InlineData("SELECT pg_read_file('/etc/passwd')", "The function pg_read_file is not supported")]
    [InlineData("SELECT `pg_sleep`(10)", "The function pg_sleep is not supported")]
    [InlineData("SELECT pg_catalog.pg_sleep(10)", "The function pg_catalog.pg_sleep is not supported")]
    [InlineData("SELECT query_to_xml('SELECT 1', true, true, '')", "is not supported")]
    [InlineData("SELECT current_user", "Unrecognized name: current_user")]
    [InlineData("SELECT set_config('search_path', 'x', false)", "The function set_config is not supported")]
    [InlineData("SELECT CAST('pg_class' AS regclass)", "Type not found: regclass")]
    [InlineData("SELECT x.y.z.tableoid FROM d.t x", "Unrecognized name: tableoid")]
    [InlineData("SELECT XMIN FROM d.t", "Unrecognized name: XMIN")]
    [InlineData("SELECT t FROM d.t t", "")]
    [InlineData("SELECT x INTO d.stolen FROM d.t", "INTO is not supported")]
    [InlineData("SELECT x FROM d.t FOR UPDATE", "FOR is not supported")]
    [InlineData("WITH y AS (DELETE FROM d.t WHERE TRUE) SELECT * FROM y", "")]
    [InlineData("COPY d.t TO PROGRAM 'true'", "COPY is not supported by the local BigQuery")]
    [InlineData("DO 'x'", "DO is not supported")]
    [InlineData("SET search_path = pg_catalog", "SET is not supported")]
    [InlineData("VACUUM", "VACUUM is not supported")]
    [InlineData("DECLARE x INT64 DEFAULT 1; SELECT x", "DECLARE is not supported")]
    [InlineData("IF TRUE THEN SELECT 1; END IF", "IF is not supported")]
    [InlineData("LOOP SELECT 1; END LOOP", "LOOP is not supported")]
    [InlineData("BEGIN SELECT 1; END", "A block of statements (BEGIN … END) is not supported")]
    [InlineData("SELECT x FROM d.t QUALIFY ROW_NUMBER() OVER (ORDER BY x) = 1", "QUALIFY is not supported")]
    [InlineData("SELECT * EXCEPT (x) FROM d.t", "SELECT * EXCEPT is not supported")]
    [InlineData("SELECT STRUCT(1 AS a)", "STRUCT is not supported")]
    [InlineData("SELECT AS STRUCT 1 AS a", "SELECT AS STRUCT is not supported")]
    [InlineData("SELECT [1, 2]", "An ARRAY in an answer is not supported")]
    [InlineData("SELECT SAFE.SUBSTR('x', 1)", "The function SAFE.SUBSTR is not supported")]
    [InlineData("SELECT NOSUCH(1)", "The function NOSUCH is not supported")]
    [InlineData("SELECT SUBSTR()", "is not supported by the local BigQuery")]
    [InlineData("SELECT IF(1)", "No matching signature for function IF")]
    [InlineData("SELECT EXTRACT(YEAR)", "Expected keyword FROM")]
    [InlineData("SELECT CAST(1)", "Expected keyword AS")]
    [InlineData("SELECT CAST('x' AS INT64)", "Bad int64 value: x")]
    [InlineData("SELECT CAST('2024-13-01' AS DATE)", "date/time field value out of range")]
    [InlineData("SELECT DATE 'tomorrow'", "Invalid DATE literal")]
    [InlineData("SELECT 1 / 0", "division by zero")]
    [InlineData("SELECT 9223372036854775807 + 1", "bigint out of range")]
    [InlineData("SELECT (SELECT x FROM UNNEST([1, 2]) AS x)", "Scalar subquery produced more than one element")]
    [InlineData("SELECT DATE_TRUNC(DATE '2024-01-05', BOGUS)", "The part BOGUS is not supported by the local BigQuery")]
    [InlineData("SELECT FORMAT_DATE('%k', DATE '2024-01-05')", "The format element %k is not supported")]
    [InlineData("SELECT IF(FALSE, 0, ERROR(CONCAT('a', 'b')))", "ab")]
    [InlineData("SELECT 1 UNION SELECT 2", "Expected keyword ALL or keyword DISTINCT")]
    [InlineData("INSERT INTO d.t", "Unexpected end of script")]
    [InlineData("INSERT INTO d.t (x) VALUES ('a')", "")]
    [InlineData("UPDATE d.t", "Expected keyword SET")]
    [InlineData("UPDATE d.t SET nope = 1 WHERE TRUE", "Unrecognized name: nope")]
    [InlineData("MERGE d.t USING d.t s", "Expected keyword ON")]
    [InlineData("CREATE TABLE d.z", "Unexpected end of script")]
    [InlineData("CREATE TABLE d.z (x ARRAY<INT64>)", "The type ARRAY is not supported")]
    [InlineData("CREATE TABLE d.z (x BOGUS)", "Type not found: BOGUS")]
    [InlineData("CREATE TABLE d.z (x INT64) OPTIONS(kms_key_name='x')", "The option kms_key_name is not supported")]
    [InlineData("CREATE FUNCTION d.f() AS (1)", "CREATE FUNCTION is not supported")]
    [InlineData("ALTER TABLE d.t ADD COLUMN y INT64", "ALTER is not supported")]
    public async Task What_can_not_be_answered_is_refused_in_BigQuerys_words(string sql, string message)
    {
        await world.RunAsync("CREATE TABLE IF NOT EXISTS d.t AS SELECT 1 AS x");
        // An attribute can not hold one.
        var fault = await world.FaultAsync(sql.Replace("HALF A CHARACTER", "\ud800", StringComparison.Ordinal));
        fault.Message.ShouldContain(message);
        fault.Status.ShouldBeOneOf(400, 404);
        (await world.AskAsync("SELECT x FROM d.t")).ShouldBe("1");
    }

    [Fact]
    public async Task A_semicolon_in_a_string_or_comment_parts_nothing()
    {
        var outcomes = await world.RunAsync("SELECT ';' AS a, \";--\", `a;b` FROM (SELECT 1 AS `a;b`) -- ;\n; /* ; */ SELECT 2 # ;");
        outcomes.Select(outcome => outcome.Rows[0][0]).ShouldBe([";", "2"]);
        outcomes[1].Sql.ShouldBe("SELECT 2");
    }

    [Fact]
    public async Task Huge_and_deep_texts_end_soon()
    {
        string[] texts =
        [
            "SELECT " + new string('(', 500_000),
            "SELECT " + new string('(', 100_000) + "1" + new string(')', 100_000),
            "SELECT " + string.Concat(Enumerable.Repeat("IF(TRUE, ", 199)) + "1" + string.Concat(Enumerable.Repeat(", 2)", 199)),
            "SELECT " + string.Join('+', Enumerable.Repeat("1", 500_000)),
            "SELECT " + string.Join(',', Enumerable.Repeat("1", 500_000)),
            "SELECT " + string.Concat(Enumerable.Repeat("- ", 500_000)) + "1",
            "SELECT " + string.Concat(Enumerable.Repeat("NOT ", 250_000)) + "TRUE",
            "SELECT " + string.Concat(Enumerable.Repeat("CASE WHEN ", 90_000)),
            "SELECT " + string.Concat(Enumerable.Repeat("a.", 500_000)) + "b",
            "SELECT " + string.Concat(Enumerable.Repeat("INTERVAL ", 100_000)),
            "SELECT '" + new string('x', 1_000_000) + "' = 'y' AND nope",
            "SELECT 1 FROM " + string.Join(" JOIN ", Enumerable.Repeat("UNNEST([1])", 80_000)),
            string.Concat(Enumerable.Repeat("SELECT 1 UNION ALL ", 50_000)) + "SELECT 1",
            string.Concat(Enumerable.Repeat("WITH a AS (", 198)) + "SELECT 1" + new string(')', 198),
            string.Concat(Enumerable.Repeat("BEGIN;", 150_000)),
            "SELECT 1" + new string(' ', 1 << 20),
            "MERGE d.t USING d.t s ON TRUE " + string.Concat(Enumerable.Repeat("WHEN ", 200_000)),
            "SELECT " + string.Concat(Enumerable.Repeat("ORDER BY ", 100_000)),
            "SELECT REGEXP_CONTAINS('" + new string('a', 30_000) + "', r'^(a+)+(a|b|c)*(.*)*x\\1$')",
        ];
        await world.RunAsync("CREATE TABLE IF NOT EXISTS d.t AS SELECT 1 AS x");
        foreach (var text in texts)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                await world.RunAsync(text);
            }
            catch (BigQueryFault)
            {
                // As good as an answer.
            }
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20), text[..40]);
        }
    }

    [Fact]
    public async Task Broken_statements_are_answered_whatever_is_broken()
    {
        const int Seed = 20240105;
        string[] statements =
        [
            "SELECT IF(COUNT(*) = 1, 0, ERROR('x')), a.b FROM (SELECT DISTINCT x FROM `d.t` WHERE x IN UNNEST([1, 2]) AND y = DATE '2024-01-05') AS a GROUP BY 2 HAVING n > 1 ORDER BY 1 DESC NULLS LAST LIMIT 3",
            "MERGE d.t t USING (SELECT 1 AS x) s ON t.x = s.x WHEN MATCHED AND t.x < 3 THEN UPDATE SET x = s.x WHEN NOT MATCHED BY TARGET THEN INSERT (x) VALUES (s.x)",
            "CREATE OR REPLACE TABLE d.fuzzed (x INT64 NOT NULL OPTIONS(description='d'), PRIMARY KEY (x) NOT ENFORCED) PARTITION BY DATE(x) CLUSTER BY x OPTIONS(labels=[('a','b')], expiration_timestamp=TIMESTAMP '2024-01-05') AS SELECT 1",
            "BEGIN TRANSACTION; UPDATE d.t AS t SET t.x = CASE WHEN TRUE THEN 1 ELSE ERROR('m') END FROM d.t s WHERE t.x = s.x; SELECT @@row_count; COMMIT TRANSACTION",
            "WITH c AS (SELECT EXTRACT(YEAR FROM d AT TIME ZONE 'UTC'), STRING_AGG(x, ',' ORDER BY x), ARRAY_AGG(y IGNORE NULLS ORDER BY z LIMIT 2)[OFFSET(0)], x + INTERVAL 3 DAY FROM UNNEST(@r) AS e) SELECT * FROM c UNION ALL SELECT 1",
        ];
        string[] words = [.. statements.SelectMany(statement => statement.Split(' ')), "'", "`", "(", ")", "[", "]", ";", ",", ".", "--", "\\", "@", "\"", "''' ", "0x", "1e", "END", "CASE", "\u00e9"];
        var parameters = $"[{SqlWorld.Rows("r", ["x STRING", "y INT64", "z DATE"], ["a", "1", null])}]";
        var random = new Random(Seed);
        var (faults, answers) = (0, 0);
        for (var i = 0; i < 1500; i++)
        {
            var text = new List<string>(statements[random.Next(statements.Length)].Split(' '));
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(text.Count);
                if (random.Next(2) == 0 && text.Count > 1) text.RemoveAt(at);
                else text.Insert(at, words[random.Next(words.Length)]);
            }
            var sql = string.Join(random.Next(5) == 0 ? "" : " ", text);
            try
            {
                await world.RunAsync(sql, parameters);
                answers++;
            }
            catch (BigQueryFault)
            {
                faults++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(new StringBuilder($"seed {Seed}, number {i}: ").Append(sql).ToString(), e);
            }
        }
        faults.ShouldBeGreaterThan(500);
        answers.ShouldBeGreaterThan(3);
    }
}
