using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.BigQuery;

/// <summary>What an analyst asks.</summary>
public sealed class SqlQueryTests(SqlQueryTests.Shop shop) : IClassFixture<SqlQueryTests.Shop>
{
    private readonly SqlWorld _world = shop.World;

    public sealed class Shop : IAsyncLifetime
    {
        internal SqlWorld World { get; } = new();

        public async Task InitializeAsync()
        {
            await World.InitializeAsync();
            await World.RunAsync("""
                CREATE TABLE d.orders (Id INT64, customer STRING, amount NUMERIC, day DATE, placed TIMESTAMP, payload JSON);
                INSERT INTO d.orders VALUES
                    (1, 'Ann', 10.50, DATE '2024-01-05', TIMESTAMP '2024-01-05 06:00:00+00', JSON '{"brand": "HP", "tags": ["a", "b"]}'),
                    (2, 'Bob', 20, DATE '2024-01-05', TIMESTAMP '2024-01-05 07:30:00+00', JSON '{"brand": "Dell"}'),
                    (3, 'Ann', 5.25, DATE '2024-02-06', TIMESTAMP '2024-02-06 08:00:00+00', NULL),
                    (4, NULL, NULL, DATE '2024-02-07', NULL, NULL);
                CREATE TABLE d.customers AS SELECT 'Ann' AS name, 'Kraków' AS city UNION ALL SELECT 'Bob', 'Bogotá' UNION ALL SELECT 'Eve', NULL;
                """);
        }

        public Task DisposeAsync() => World.DisposeAsync();
    }

    [Theory]
    [InlineData("SELECT customer, COUNT(*) AS n, SUM(amount) AS total FROM `local.d.orders` GROUP BY customer ORDER BY total DESC", "Bob|1|20\nAnn|2|15.75\nNULL|1|NULL")]
    [InlineData("SELECT customer FROM `local`.d.orders ORDER BY customer", "NULL\nAnn\nAnn\nBob")]
    [InlineData("SELECT customer FROM my-project.d.orders o ORDER BY o.customer DESC, o.ID DESC LIMIT 3 OFFSET 1", "Ann\nAnn\nNULL")]
    [InlineData("SELECT c.city, SUM(o.amount) FROM d.customers c LEFT JOIN d.orders o ON o.customer = c.name GROUP BY 1 HAVING COUNT(o.id) > 0 ORDER BY 1", "Bogotá|20\nKraków|15.75")]
    [InlineData("SELECT customer, COUNT(*) AS n FROM d.orders WHERE customer IS NOT NULL GROUP BY 1 HAVING n > 1", "Ann|2")]
    [InlineData("SELECT DATE_TRUNC(day, MONTH) AS month, ROUND(AVG(amount), 2) FROM d.orders GROUP BY month ORDER BY month", "2024-01-01|15.25\n2024-02-01|5.25")]
    [InlineData("SELECT id, SUM(amount) OVER (PARTITION BY customer ORDER BY placed ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running FROM d.orders ORDER BY id", "1|10.5\n2|20\n3|15.75\n4|NULL")]
    [InlineData("SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY amount DESC) AS rn FROM d.orders) WHERE rn = 1 ORDER BY id", "1\n2\n4")]
    [InlineData("WITH big AS (SELECT * FROM d.orders WHERE amount > 6), n AS (SELECT COUNT(*) AS c FROM big) SELECT n.c, big.id FROM big CROSS JOIN n ORDER BY 2", "2|1\n2|2")]
    [InlineData("SELECT LAG(id, 1, 0) OVER (ORDER BY id), LEAD(id) OVER w FROM d.orders WINDOW w AS (ORDER BY id) ORDER BY 1", "0|2\n1|3\n2|4\n3|NULL")]
    [InlineData("SELECT JSON_VALUE(payload, '$.brand'), JSON_VALUE(payload, '$.tags[1]') FROM d.orders WHERE JSON_VALUE(payload, '$.brand') IN ('HP', 'Dell') ORDER BY id", "HP|b\nDell|NULL")]
    [InlineData("SELECT name FROM d.customers EXCEPT DISTINCT SELECT customer FROM d.orders", "Eve")]
    [InlineData("(SELECT 1 AS x) UNION ALL (SELECT 1) UNION ALL SELECT x FROM (SELECT 2 AS x UNION DISTINCT SELECT 2) ORDER BY x", "1\n1\n2")]
    [InlineData("SELECT COUNT(DISTINCT customer), COUNTIF(amount > 6), MIN(day), MAX(placed) FROM d.orders", "2|2|2024-01-05|2024-02-06 08:00:00+00")]
    [InlineData("SELECT id, CASE WHEN amount >= 20 THEN 'big' WHEN amount IS NULL THEN 'none' ELSE 'small' END AS size, FROM d.orders WHERE day BETWEEN '2024-01-01' AND '2024-01-31' ORDER BY id", "1|small\n2|big")]
    [InlineData("SELECT FORMAT_TIMESTAMP('%Y-%m', placed), COUNT(*) FROM d.orders WHERE placed >= TIMESTAMP('2024-01-01') GROUP BY 1 ORDER BY 1", "2024-01|2\n2024-02|1")]
    [InlineData("SELECT o.id FROM d.orders o JOIN (d.customers c JOIN d.customers c2 USING (name)) ON o.customer = c.name WHERE (o.customer, o.id) IN (('Ann', 3), ('Bob', 2)) ORDER BY o.id", "2\n3")]
    [InlineData("SELECT STRING_AGG(name, ', ' ORDER BY name) FROM d.customers WHERE EXISTS (SELECT 1 FROM d.orders WHERE customer = name) # the end", "Ann, Bob")]
    [InlineData("SELECT id /* of it */ FROM d.orders -- all\nWHERE customer = \"Ann\" AND NOT id = 3;", "1")]
    [InlineData("SELECT amount / 2, id / 2 FROM d.orders WHERE id = 1", "5.25|0.5")]
    [InlineData("SELECT DAY, COUNT(*) date FROM d.orders GROUP BY Day ORDER BY day LIMIT 1", "2024-01-05|2")]
    [InlineData("SELECT a.id, b.id FROM d.orders a, d.orders AS b WHERE a.id = 1 AND b.id < 3 ORDER BY 2", "")]
    [InlineData("SELECT x, y FROM UNNEST(['a', 'b']) AS x, UNNEST([1, 2]) y ORDER BY x DESC, y", "b|1\nb|2\na|1\na|2")]
    [InlineData("WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT SUM(n) FROM t", "10")]
    [InlineData("SELECT day FROM d.orders WHERE day > DATE_SUB(DATE '2024-02-10', INTERVAL 5 DAY) GROUP BY ROLLUP(day) ORDER BY day", "NULL\n2024-02-06\n2024-02-07")]
    public async Task A_question_has_its_answer(string sql, string expected)
    {
        if (expected.Length == 0) (await _world.FaultAsync(sql)).Message.ShouldContain("Duplicate column names");
        else (await _world.AskAsync(sql)).ShouldBe(expected);
    }

    [Fact]
    public async Task Columns_are_called_as_in_BigQuery()
    {
        var fields = (await _world.RunAsync("SELECT COUNT(*), Id, o.Customer, 1 + 1, amount AS `Amount`, NULL, MAX(day) Latest, (SELECT 1) FROM d.orders o GROUP BY 2, 3, 5"))[0].Fields;
        fields.Select(field => field.Name).ShouldBe(["f0_", "Id", "Customer", "f1_", "Amount", "f2_", "Latest", "f3_"]);
        (await _world.AskAsync("SELECT id FROM orders WHERE id = 1", dataset: "d")).ShouldBe("1");
    }

    [Fact]
    public async Task Parameters_of_every_type_arrive_as_they_are()
    {
        (string Type, string Value, string Text)[] values =
        [
            ("INT64", "-9223372036854775808", "-9223372036854775808"), ("INTEGER", "7", "7"), ("FLOAT64", "0.1", "0.1"), ("BOOL", "true", "true"), ("STRING", "'; DROP TABLE d.orders; --\\", "'; DROP TABLE d.orders; --\\"),
            ("BYTES", "AP8=", "\\x00ff"), ("NUMERIC", "12345678901234567890.123456789", "12345678901234567890.123456789"), ("DATE", "2024-01-05", "2024-01-05"),
            ("TIMESTAMP", "2024-01-05 06:00:00.123456+02:00", "2024-01-05 04:00:00.123456+00"), ("TIMESTAMP", "2024-01-05T06:00:00Z", "2024-01-05 06:00:00+00"), ("DATETIME", "2024-01-05T06:00:00", "2024-01-05 06:00:00"),
            ("JSON", "{\"a\": [1]}", "{\"a\": [1]}"), ("TIME", "06:07:08.5", "06:07:08.5"),
        ];
        foreach (var (type, value, text) in values)
        {
            (await _world.AskAsync("SELECT @p, @P = @p OR @p IS NULL", $"[{SqlWorld.Scalar("p", type, value)}]")).ShouldBe($"{text}|true");
            if (type != "JSON") (await _world.AskAsync("SELECT e FROM UNNEST(@a) AS e WHERE e IN UNNEST(@a)", $"[{SqlWorld.Array("a", type, value)}]")).ShouldBe(text);
            (await _world.AskAsync("SELECT e.x, e.y FROM UNNEST(@r) AS e ORDER BY e.y", $"[{SqlWorld.Rows("r", [$"x {type}", "y INT64"], [value, "1"], [null, "2"])}]")).ShouldBe($"{text}|1\nNULL|2");
        }
        (await _world.AskAsync("SELECT COUNT(*) FROM UNNEST(@a)", $"[{SqlWorld.Array("a", "STRING")}]")).ShouldBe("0");
        (await _world.AskAsync("SELECT @p", $"[{SqlWorld.Scalar("p", "STRING", null)}]")).ShouldBe("NULL");
        (await _world.FaultAsync("SELECT @p", $"[{SqlWorld.Scalar("p", "INT64", "1); DROP SCHEMA bq_d")}]")).Message.ShouldStartWith("Bad int64 value: 1)");
        (await _world.FaultAsync("SELECT @q", $"[{SqlWorld.Scalar("p", "INT64", "1")}]")).Message.ShouldBe("Query parameter 'q' not found");
        (await _world.AskAsync("SELECT COUNT(*) FROM d.orders")).ShouldBe("4");
    }
}
