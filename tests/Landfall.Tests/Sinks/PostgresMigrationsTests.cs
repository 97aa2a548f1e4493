using Landfall.Sinks.Postgres;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Sinks;

/// <summary>The <c>landfall</c> schema, script by script.</summary>
public sealed class PostgresMigrationsTests(Database database) : IClassFixture<Database>
{
    private static readonly string Expected = Repository.Path("tests/Landfall.Tests/Sinks/landfall.schema.txt");

    /// <summary>With LANDFALL_APPROVE set, what stands is written to landfall.schema.txt, for a person to read.</summary>
    [Fact]
    public async Task The_schema_ends_as_its_approved_text_says()
    {
        await PostgresMigrations.MigrateAsync(database.DataSource, default);
        var schema = await Catalog.ReadAsync(database, "landfall");

        if (Environment.GetEnvironmentVariable("LANDFALL_APPROVE") is { Length: > 0 }) await File.WriteAllTextAsync(Expected, schema);
        else schema.ShouldBe(await File.ReadAllTextAsync(Expected));

        var scripts = Directory.GetFiles(Repository.Path("shared/Landfall/Sinks/Postgres/Migrations"), "*.sql").Select(file => int.Parse(Path.GetFileName(file)[..4])).Order().ToList();
        scripts.ShouldBe(Enumerable.Range(1, scripts.Count), "numbered without a gap");
        (await database.ScalarAsync<string>("SELECT string_agg(number::text, ',' ORDER BY number) FROM landfall.migrations")).ShouldBe(string.Join(',', scripts), "each ran once");

        await PostgresMigrations.MigrateAsync(database.DataSource, default);
        (await Catalog.ReadAsync(database, "landfall")).ShouldBe(schema, "a second time changes nothing");
    }
}
