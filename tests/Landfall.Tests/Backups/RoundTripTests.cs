using System.Globalization;
using System.Text;
using FsCheck.Fluent;
using Landfall.Avro;
using Landfall.Backups;
using Landfall.Contracts;
using Npgsql;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Backups;

/// <summary>What was backed up comes back, whatever it is and whatever has become of it since.</summary>
public sealed class RoundTripTests : IAsyncLifetime
{
    private static readonly Contract Everything = Contract("everything", Table("types", "everything", WriteMode.Upsert, 1,
        Column("id", ColumnType.Int64, required: true), Column("amount", ColumnType.Numeric) with { Precision = 28, Scale = 10 }, Column("whole", ColumnType.Numeric) with { Precision = 5 },
        Column("anything", ColumnType.Numeric), Column("ratio", ColumnType.Double), Column("flag", ColumnType.Boolean), Column("day", ColumnType.Date), Column("at", ColumnType.Timestamp),
        Column("clock", ColumnType.Time), Column("name"), Column("tags", ColumnType.Json)));

    private static readonly Contract Plain = Contract("plain", Table("types", "plain", WriteMode.Append, 0, Column("name"), Column("n", ColumnType.Int64)));

    private BackupWorld _world = null!;

    public async Task InitializeAsync() => _world = await BackupWorld.CreateAsync(Everything, Plain);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Every_type_comes_back_as_it_was()
    {
        await _world.Database.ExecuteAsync("""
            INSERT INTO types.everything VALUES
              (1, 1234567890.0123456789, 99999, 1.50, 0.1, true, '2021-11-07', '2021-11-07T02:48:42.123456Z', '02:48:42.123456', 'Bogotá 東京 😀', '{"a": [1, 2.50, null], "ä": "\"\\\n"}', 7, 8),
              (-9223372036854775808, -999999999999999999.9999999999, -99999, -0.00000000000000000000000000000000000001, -1.7976931348623157e308, false, '0001-01-01', '0001-01-01T00:00:00Z', '00:00', '', '[]', -7, 9223372036854775807),
              (9223372036854775807, 0, 0, 1e40, 5e-324, NULL, '9999-12-31', '9999-12-31T23:59:59.999999Z', '24:00:00', E'a\nb\t"c",\\.', '"text"', 0, 0),
              (2, 0.0000000001, 10000, 'NaN', 'NaN', NULL, '4713-01-01 BC', '1969-12-31T23:59:59.999999Z', '23:59:59.999999', repeat('long ', 40000), 'null', 0, 0),
              (3, 0.1, 1, 0.00, '-0', NULL, '1969-12-31', '1999-12-31T23:59:59.999999Z', NULL, E'\u0001\uffff', '12', 0, 0),
              (4, 100000000, 20000, 12345678901234567890123456789012345678901234567890.12345678901234567890, 'Infinity', true, '2000-01-01', '4713-01-01 00:00:00 BC', NULL, ' ', 'true', 0, 0),
              (5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0)
            """);
        var before = await _world.RowsAsync("types.everything");
        var backup = await _world.BackupAsync("everything");
        backup.Rows.ShouldBe(7);

        await _world.Database.ExecuteAsync("DELETE FROM types.everything WHERE id IN (1, 5); UPDATE types.everything SET name = 'changed', anything = 1 WHERE id = 2; INSERT INTO types.everything (id, _landing_id, _order) VALUES (77, 1, 1)");
        (await _world.RowsAsync("types.everything")).ShouldNotBe(before);
        var restored = await _world.RestoreAsync("types.everything");

        (await _world.RowsAsync("types.everything")).ShouldBe(before);
        (restored.Rows, restored.Removed).ShouldBe((7, 6));
        (await _world.Database.ScalarAsync<string>("SELECT outcome || ' ' || rows_landed || ' ' || contract FROM landfall.landings WHERE name LIKE 'types.everything/%.avro@%'")).ShouldBe("restored 7 everything");
    }

    [Fact]
    public async Task Random_rows_come_back_as_they_were()
    {
        const int Seed = 20240105;
        var random = new Random(Seed);
        var texts = ArbMap.Default.GeneratorFor<string>().Where(s => s is not null && !s.Contains('\0', StringComparison.Ordinal)).Select(s => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(s))).Sample(500, 20).ToList();
        var insert = new StringBuilder();
        await using var connection = await _world.Database.DataSource.OpenConnectionAsync();
        for (var id = 0; id < 500; id++)
        {
            await using var command = new NpgsqlCommand("INSERT INTO types.everything VALUES ($1, $2::numeric, $3::numeric, $4::numeric, $5, $6, $7, $8, $9, $10, to_jsonb($10::text), $11, $11)", connection);
            object?[] values =
            [
                (long)id, Digits(1 + random.Next(18), 10), Digits(1 + random.Next(5), 0), Digits(1 + random.Next(60), random.Next(60)), BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                random.Next(2) == 0, DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber)), new DateTime(random.NextInt64(DateTime.MaxValue.Ticks) / 10 * 10, DateTimeKind.Utc),
                new TimeOnly(random.NextInt64(TimeOnly.MaxValue.Ticks) / 10 * 10), texts[id], random.NextInt64(long.MinValue, long.MaxValue),
            ];
            for (var i = 0; i < values.Length; i++) command.Parameters.Add(new() { Value = i is > 0 and < 10 && random.Next(5) == 0 ? DBNull.Value : values[i]!, NpgsqlDbType = Type(i) });
            await command.ExecuteNonQueryAsync();
        }
        var before = await _world.RowsAsync("types.everything");
        before.Count.ShouldBe(500);
        (await _world.BackupAsync("everything")).Rows.ShouldBe(500);
        await _world.Database.ExecuteAsync("DELETE FROM types.everything");

        (await _world.RestoreAsync("everything")).Removed.ShouldBe(0);
        (await _world.RowsAsync("types.everything")).ShouldBe(before, $"seed {Seed}");

        string Digits(int whole, int fraction) => $"{(random.Next(2) == 0 ? "-" : "")}{Some(whole)}.{Some(random.Next(fraction + 1))}";

        string Some(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => random.Next(10)));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.000000")]
    [InlineData("-0.00010")]
    [InlineData("10000")]
    [InlineData("-99990000.99990")]
    [InlineData("-Infinity")]
    [InlineData("1e131071")]
    [InlineData("1e131071 + 1e-16383")]
    public async Task A_number_of_no_declared_digits_comes_back_digit_by_digit(string number)
    {
        var value = string.Join(" + ", number.Split(" + ").Select(part => $"'{part}'::numeric"));
        await _world.Database.ExecuteAsync($"INSERT INTO types.everything (id, anything, _landing_id, _order) VALUES (1, {value}, 1, 1)");
        var before = await _world.RowsAsync("types.everything");
        await _world.BackupAsync("everything");
        await _world.RestoreAsync("everything");
        (await _world.RowsAsync("types.everything")).ShouldBe(before);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1.2.3")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1e5")]
    [InlineData("--1")]
    [InlineData("nan")]
    public void What_Postgres_prints_for_no_number_is_none(string text)
    {
        byte[] buffer = [];
        PgNumeric.Parse(Encoding.ASCII.GetBytes(text), ref buffer).IsEmpty.ShouldBeTrue();
    }

    private static NpgsqlTypes.NpgsqlDbType Type(int column) => column switch
    {
        0 or 10 => NpgsqlTypes.NpgsqlDbType.Bigint,
        1 or 2 or 3 or 9 => NpgsqlTypes.NpgsqlDbType.Text,
        4 => NpgsqlTypes.NpgsqlDbType.Double,
        5 => NpgsqlTypes.NpgsqlDbType.Boolean,
        6 => NpgsqlTypes.NpgsqlDbType.Date,
        7 => NpgsqlTypes.NpgsqlDbType.TimestampTz,
        _ => NpgsqlTypes.NpgsqlDbType.Time,
    };

    [Theory]
    [InlineData("UPDATE types.everything SET at = 'infinity'", "at")]
    [InlineData("UPDATE types.everything SET at = '294270-01-01'", "at")]
    [InlineData("UPDATE types.everything SET day = '-infinity'", "day")]
    [InlineData("UPDATE types.everything SET amount = 'NaN'", "amount")]
    public async Task What_no_file_can_hold_is_refused_by_its_row_and_column(string damage, string column)
    {
        await _world.Database.ExecuteAsync($"INSERT INTO types.everything (id, _landing_id, _order) VALUES (1, 1, 1); {damage}");
        var refusal = await Should.ThrowAsync<RejectException>(_world.BackupAsync("everything"));
        (refusal.Column, refusal.Line).ShouldBe((column, 1));
        (await _world.ObjectsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_empty_table_comes_back_empty()
    {
        (await _world.BackupAsync("types.plain")).Rows.ShouldBe(0);
        await _world.Database.ExecuteAsync("INSERT INTO types.plain VALUES ('a', 1, 1)");
        (await _world.RestoreAsync("types.plain")).Removed.ShouldBe(1);
        (await _world.RowsAsync("types.plain")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_rows_and_a_huge_one_come_back_in_many_blocks_and_nothing_else_is_left_in_the_bucket()
    {
        await _world.Database.ExecuteAsync("""
            INSERT INTO types.plain SELECT 'name ' || md5(i::text), i, i FROM generate_series(1, 60000) i;
            INSERT INTO types.plain SELECT string_agg(md5(i::text), ''), 0, 0 FROM generate_series(1, 200000) i;
            INSERT INTO types.plain SELECT 'twice', 1, 1 FROM generate_series(1, 2)
            """);
        var before = await _world.Database.ScalarAsync<string>("SELECT md5(string_agg(t::text, '|' ORDER BY n, name)) FROM types.plain t");
        var backup = await _world.BackupAsync("types.plain");
        (await _world.ObjectsAsync()).ShouldBe([backup.Object.Name]);
        backup.Object.Name.ShouldBe($"types.plain/{backup.Time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture)}.avro");
        await using var file = await AvroFileReader.OpenAsync((await _world.Storage.OpenReadAsync(backup.Object))!, default);
        while (await file.ReadAsync(default)) { }
        (file.Record, file.Block).ShouldSatisfyAllConditions(read => read.Record.ShouldBe(60_003), read => read.Block.ShouldBeGreaterThan(30));
        Encoding.UTF8.GetString(file.Metadata["landfall.rows"].Span).ShouldBe("60003");

        await _world.Database.ExecuteAsync("DELETE FROM types.plain WHERE n % 7 = 0; UPDATE types.plain SET name = 'x' WHERE n % 11 = 0");
        await _world.RestoreAsync("types.plain");
        (await _world.Database.ScalarAsync<string>("SELECT md5(string_agg(t::text, '|' ORDER BY n, name)) FROM types.plain t")).ShouldBe(before);
    }

    [Fact]
    public async Task A_column_that_came_since_is_null()
    {
        await _world.Database.ExecuteAsync("INSERT INTO types.plain VALUES ('a', 1, 1)");
        await _world.BackupAsync("types.plain");
        var wider = Plain with { Tables = [Plain.Tables[0] with { Columns = [Column("since"), .. Plain.Tables[0].Columns] }] };
        await Landfall.Sinks.Postgres.PostgresTables.PrepareAsync(_world.Connections, wider, default);
        await _world.Database.ExecuteAsync("UPDATE types.plain SET since = 'new', name = 'b'");

        await _world.Restorer().RestoreAsync(wider, wider.Tables[0], null, default);
        (await _world.RowsAsync("types.plain")).ShouldBe(["(a,1,1,)"]);
    }
}
