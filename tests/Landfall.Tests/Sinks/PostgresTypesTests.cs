using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Landfall.Contracts;
using Landfall.Tests.Suites;
using Npgsql;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Sinks;

/// <summary>What a cell becomes is what Postgres itself makes of the same text: every value goes in twice, by binary COPY and as a text cast, and is compared in SQL.</summary>
public sealed class PostgresTypesTests : IAsyncLifetime
{
    private PostgresSuiteDatabase _postgres = null!;
    private int _tables;

    public async Task InitializeAsync() => _postgres = await PostgresSuiteDatabase.CreateAsync();

    public async Task DisposeAsync() => await _postgres.DisposeAsync();

    [Fact]
    public void Numbers()
    {
        var digits = from n in Gen.Choose(1, 28) from d in Gen.Choose(0, 9).ArrayOf(n) select string.Concat(d);
        var numerics = from whole in digits
                       from point in Gen.Choose(0, whole.Length)
                       from sign in Gen.Elements("", "-", "+")
                       select sign + (point == 0 ? whole : point == whole.Length ? $"0.{whole}"[..Math.Min(whole.Length + 2, 29)] : $"{whole[..point]}.{whole[point..]}");
        Same(ColumnType.Numeric, numerics, "0", "-0", "0.0", "0.00", "10000", "0.0001", "0.00010", "79228162514264337593543950335"[..28], "100000000", "-12345.6789");
        Same(ColumnType.Int64, ArbMap.Default.GeneratorFor<long>().Select(l => $"{l}"), $"{long.MinValue}", $"{long.MaxValue}", "0", "-1", "+5", "007");
        Same(ColumnType.Double, ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite).Select(d => $"{d:R}"), "0", "-0", "1e10", "1E-300", ".5", "1.7976931348623157E+308");
    }

    [Fact]
    public void Dates_and_times()
    {
        var seconds = Gen.Choose(int.MinValue, int.MaxValue).Select(s => DateTime.UnixEpoch.AddSeconds(s * 20L));
        Same(ColumnType.Date, seconds.Select(t => $"{t:yyyy-MM-dd}"), "0001-01-01", "9999-12-31", "2000-02-29", "1999-12-31", "2000-01-01", "1970-01-01");
        Same(ColumnType.Timestamp, from t in seconds from us in Gen.Choose(0, 999_999) from shape in Gen.Elements("{0:yyyy-MM-ddTHH:mm:ss}Z", "{0:yyyy-MM-dd HH:mm:ss}", "{0:yyyy-MM-ddTHH:mm:ss}.{1:000000}Z", "{0:yyyy-MM-ddTHH:mm}+05:30", "{0:yyyy-MM-ddTHH:mm:ss}-08", "{0:yyyy-MM-ddTHH:mm:ss}+0130") select string.Format(null, shape, t, us),
            "2021-11-07T02:48:42Z", "1969-12-31T23:59:59.999999Z", "2000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2024-01-05T06:00:00.5Z");
        Same(ColumnType.Time, seconds.Select(t => $"{t:HH:mm:ss}"), "00:00", "23:59:59.999999", "12:30:00.25");
    }

    [Fact]
    public void Text_booleans_and_json()
    {
        Same(ColumnType.Text, ArbMap.Default.GeneratorFor<string>().Where(s => !string.IsNullOrEmpty(s) && !s.Contains('\0', StringComparison.Ordinal)).Select(s => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(s))), "ä€😀", " padded ", "\"quoted\"", "a\nb", "\\.", "NULL");
        Same(ColumnType.Boolean, Gen.Elements("true", "false", "1", "0", "yes", "no", "t", "f", "TRUE"), "False");
        Same(ColumnType.Json, Gen.Elements("""{"a":[1,2.50,null]}""", "[]", "\"x\"", "12", """{"ä":"\u00e4"}"""), "true");
    }

    /// <summary>Lands the values and lets Postgres compare each with its own reading of the text.</summary>
    private void Same(ColumnType type, Gen<string> values, params string[] also)
    {
        var texts = values.ArrayOf(400).Sample(1, 50).First().Concat(also).Distinct(StringComparer.Ordinal).ToList();
        SameAsync(type, texts).GetAwaiter().GetResult();
    }

    private async Task SameAsync(ColumnType type, List<string> texts)
    {
        var schema = $"types_{_tables++}";
        var column = Column("v", type, required: true);
        var contract = Contract(schema, Table(schema, "t", WriteMode.Append, 0, Column("n", ColumnType.Int64), column));
        _postgres.Known = [contract];
        var csv = new StringBuilder("n,v\n");
        for (var i = 0; i < texts.Count; i++) csv.Append($"{i},\"{texts[i].Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");
        var result = await new SinkHarness(_postgres.Sink).LandAsync(contract, $"team/{schema}_20240105.csv", 1, csv.ToString());
        result.Rejects.ShouldBeEmpty();
        result.Rows($"{schema}.t").ShouldBe(texts.Count);

        var sqlType = Landfall.Sinks.Postgres.PostgresDdl.Type(column);
        await using var connection = await _postgres.Database.DataSource.OpenConnectionAsync();
        await using var zone = new NpgsqlCommand("SET TIME ZONE 'UTC'", connection);
        await zone.ExecuteNonQueryAsync();
        await using var command = new NpgsqlCommand($"""
            SELECT e.text, t.v::text FROM unnest($1::text[]) WITH ORDINALITY AS e(text, n) LEFT JOIN {schema}.t t ON t.n = e.n - 1
            WHERE t.v IS DISTINCT FROM e.text::{sqlType} OR t.v::text <> e.text::{sqlType}::text
            """, connection)
        { Parameters = { new() { Value = texts.ToArray() } } };
        await using var reader = await command.ExecuteReaderAsync();
        var differing = new List<string>();
        while (await reader.ReadAsync()) differing.Add($"'{reader.GetString(0)}' became '{(await reader.IsDBNullAsync(1) ? "NULL" : reader.GetString(1))}'");
        differing.ShouldBeEmpty();
    }
}
