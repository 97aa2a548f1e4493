using Landfall.Cloud;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.BigQuery;

/// <summary>Rows that were streamed less than 30 minutes ago can be read, and not changed.</summary>
public sealed class SqlStreamingTests(SqlWorld world) : IClassFixture<SqlWorld>
{
    [Fact]
    public async Task Rows_in_the_streaming_buffer_can_not_be_changed_for_half_an_hour()
    {
        await world.RunAsync("CREATE TABLE d.streamed AS SELECT 1 AS id, 'written' AS v");
        await StreamAsync("d.streamed", "streamed", "(2, 'streamed')");
        (await world.AskAsync("SELECT COUNT(*) FROM d.streamed")).ShouldBe("2");

        const string Refused = "UPDATE or DELETE statement over table d.streamed would affect rows in the streaming buffer, which is not supported";
        foreach (var statement in (string[])[
            "UPDATE d.streamed SET v = 'x' WHERE id = 2",
            "DELETE FROM d.streamed WHERE TRUE",
            "TRUNCATE TABLE d.streamed",
            "MERGE d.streamed t USING (SELECT 2 AS id) s ON t.id = s.id WHEN MATCHED THEN DELETE",
            "BEGIN TRANSACTION; UPDATE d.streamed SET v = 'x' WHERE id = 2; COMMIT TRANSACTION",
        ])
        {
            var fault = await world.FaultAsync(statement);
            (fault.Reason, fault.Message).ShouldBe(("invalidQuery", Refused));
        }
        (await world.RunAsync("UPDATE d.streamed SET v = 'changed' WHERE id = 1"))[0].Affected.ShouldBe(1);
        (await world.RunAsync("MERGE d.streamed t USING (SELECT 3 AS id) s ON t.id = s.id WHEN NOT MATCHED THEN INSERT VALUES (3, 'm')"))[0].Affected.ShouldBe(1);

        world.Clock.Advance(TimeSpan.FromMinutes(29));
        (await world.FaultAsync("DELETE FROM d.streamed WHERE id = 2")).Message.ShouldBe(Refused);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        (await world.RunAsync("DELETE FROM d.streamed WHERE id = 2"))[0].Affected.ShouldBe(1);
    }

    [Fact]
    public async Task Many_may_be_the_first_to_stream()
    {
        await world.RunAsync("CREATE TABLE d.first (id INT64)");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => StreamAsync("d.first", "first", $"({i})")));
        (await world.AskAsync("SELECT COUNT(*) FROM d.first")).ShouldBe("8");
        (await world.FaultAsync("DELETE FROM d.first WHERE id = 5")).Message.ShouldContain("streaming buffer");
        world.Clock.Advance(TimeSpan.FromHours(2));
        await StreamAsync("d.first", "first", "(99)");
        (await world.Database.ScalarAsync<long>("SELECT count(*) FROM bigquery.streamed WHERE table_oid = 'bq_d.first'::regclass")).ShouldBe(1);
    }

    private async Task StreamAsync(string table, string name, string values)
    {
        await using var connection = await world.Database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await world.Engine.MarkStreamedAsync(connection, new TableName(table.Split('.')[0], name), default);
        await using (var command = new Npgsql.NpgsqlCommand($"INSERT INTO bq_{table} VALUES {values}", connection)) await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }
}
