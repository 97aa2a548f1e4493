using System.Text.Json.Nodes;
using Landfall.Tests.Local.BigQuery;
using Landfall.Tests.Local.Storage;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.EndToEnd;

/// <summary>The catalog's daily files from the producer's <c>gcloud storage cp</c> to the teams' <c>bq query</c>.</summary>
public sealed class CatalogFlowTests(ITestOutputHelper output)
{
    private const string Name = "product_catalog_20210403.csv";
    private const string Day = "2021-04-03";
    private const string Types = "brand:STRING,category_id:INTEGER,comment:STRING,currency:STRING,description:STRING,image:STRING,year_release:INTEGER";

    [Theory]
    [InlineData]
    [InlineData("--spawn")]
    public async Task Each_day_is_its_newest_file_column_for_column_and_each_team_sees_its_rows(params string[] options)
    {
        var random = Seeded();
        await using var catalog = await LocalCatalog.StartAsync(options);
        var first = new CatalogFile(random, 2_000);
        var landed = await DropAsync(catalog, Name, first);
        await HoldsAsync(catalog, [(Day, first)]);

        var again = await DropAsync(catalog, Name, first);
        again.ShouldNotBe(landed, "the same bytes are a version of their own");
        await HoldsAsync(catalog, [(Day, first)]);

        var second = new CatalogFile(random, 500);
        var before = await MarksAsync(catalog, Day);
        await DropAsync(catalog, "product_catalog_20210404.csv", second);
        await HoldsAsync(catalog, [(Day, first), ("2021-04-04", second)]);
        (await MarksAsync(catalog, Day)).ShouldBe(before, "another day's landing");

        var corrected = new CatalogFile(random, 1_500);
        before = await MarksAsync(catalog, "2021-04-04");
        await DropAsync(catalog, Name, corrected);
        await HoldsAsync(catalog, [(Day, corrected), ("2021-04-04", second)]);
        (await MarksAsync(catalog, "2021-04-04")).ShouldBe(before, "another day's landing");
    }

    [Fact]
    public async Task In_whatever_order_the_files_arrive_each_day_is_its_newest()
    {
        const int days = 12, versions = 3;
        var random = Seeded();
        await using var catalog = await LocalCatalog.StartAsync("--chaos", "7");
        var newest = new List<(string, CatalogFile)>();
        var dropped = new List<(string Name, long Generation)>();
        foreach (var day in Enumerable.Range(1, days).OrderBy(_ => random.Next()))
        {
            for (var version = 1; version <= versions; version++)
            {
                var file = new CatalogFile(random, random.Next(1, 60));
                var name = $"product_catalog_202105{day:00}.csv";
                dropped.Add((name, await catalog.UploadAsync(name, file.Bytes)));
                if (version == versions) newest.Add(($"2021-05-{day:00}", file));
            }
        }
        var superseded = 0;
        foreach (var (name, generation) in dropped)
        {
            var line = await catalog.EndedAsync(name, generation);
            superseded += line.StartsWith("superseded", StringComparison.Ordinal) ? 1 : 0;
            line.ShouldMatch("^(landed|superseded) ");
        }
        output.WriteLine($"{superseded} of {dropped.Count} files came behind a newer one of their day");
        superseded.ShouldBePositive("all came in order: the test proved nothing");
        await HoldsAsync(catalog, newest);
    }

    [Fact]
    public async Task Real_clients_drop_the_file_and_read_what_has_landed()
    {
        if (!Bq.IsInstalled || !Gcloud.IsInstalled)
        {
            output.WriteLine("SKIPPED: gcloud or bq is not installed");
            return;
        }
        var file = new CatalogFile(Seeded(), 2_000);
        await using var catalog = await LocalCatalog.StartAsync();
        var local = Path.Combine(catalog.Home, Name);
        await File.WriteAllBytesAsync(local, file.Bytes);
        await new Gcloud(catalog.Address, catalog.Home, Log).RunAsync("cp", local, "gs://catalog/");
        (await catalog.EndedAsync(Name, await catalog.GenerationAsync(Name))).ShouldStartWith("landed     product_catalog  2000 rows, 0 rejected");

        var bq = new Bq(catalog.Address, catalog.Home, Log);
        SameRows(await RowsAsync("catalog.product_catalog"), file.Rows, "the file");
        SameRows(await RowsAsync("team_a.products_with_image"), file.WithImage, "team a");
        SameRows(await RowsAsync("team_b.samsung_without_image"), file.SamsungWithoutImage, "team b");
        JsonNode.Parse(await bq.RunAsync("head", "--format=json", "-n", "7", "catalog.product_catalog"))!.AsArray().Count.ShouldBe(7);
        JsonNode.Parse(await bq.RunAsync("show", "--schema", "--format=json", "catalog.product_catalog"))!.AsArray()
            .Select(column => $"{column!["name"]}:{column["type"]}").ShouldBe([.. Types.Split(','), "file_date:DATE", "_landing_id:INTEGER"]);
        var listed = await bq.RunAsync("ls", "catalog");
        listed.ShouldMatch(@"product_catalog +TABLE .*DAY \(field: file_date\)");

        // BigQuery's own reading of the same file, beside ours. An empty text is not NULL to it.
        await bq.RunAsync("mk", "--dataset", "scratch");
        await bq.RunAsync("load", "--skip_leading_rows=1", "--allow_quoted_newlines", "scratch.day", local, Types);
        SameRows(await RowsAsync("scratch.day"), file.Rows, "bq load");

        async Task<List<string?[]>> RowsAsync(string table)
        {
            var text = await bq.RunAsync("query", "--nouse_legacy_sql", "--format=json", "--max_rows=10000", $"SELECT {CatalogFile.Columns} FROM {table}");
            return [.. JsonNode.Parse(text)!.AsArray().Select(row => CatalogFile.Columns.Split(", ").Select(column => (string?)row![column] is { Length: > 0 } cell ? cell : null).ToArray())];
        }
    }

    /// <returns>The object's generation.</returns>
    private static async Task<long> DropAsync(LocalCatalog catalog, string name, CatalogFile file)
    {
        var generation = await catalog.UploadAsync(name, file.Bytes);
        (await catalog.EndedAsync(name, generation)).ShouldStartWith($"landed     product_catalog  {file.Rows.Count} rows, 0 rejected");
        return generation;
    }

    /// <summary>The raw table and both views hold exactly these days.</summary>
    private static async Task HoldsAsync(LocalCatalog catalog, IReadOnlyList<(string Day, CatalogFile File)> days)
    {
        await SameAsync("catalog.product_catalog", file => file.Rows);
        await SameAsync("team_a.products_with_image", file => file.WithImage);
        await SameAsync("team_b.samsung_without_image", file => file.SamsungWithoutImage);

        async Task SameAsync(string table, Func<CatalogFile, IEnumerable<string?[]>> rows) => SameRows(
            await catalog.QueryAsync($"SELECT {CatalogFile.Columns}, file_date FROM {table}"),
            days.SelectMany(day => rows(day.File).Select(row => (string?[])[.. row, day.Day])), table);
    }

    /// <summary>What a landing would change about a day that it does not touch.</summary>
    private static async Task<string> MarksAsync(LocalCatalog catalog, string day) =>
        string.Join(' ', (await catalog.QueryAsync($"SELECT _landing_id, COUNT(*) FROM catalog.product_catalog WHERE file_date = '{day}' GROUP BY _landing_id")).ShouldHaveSingleItem());

    private static void SameRows(IEnumerable<string?[]> found, IEnumerable<string?[]> expected, string where)
    {
        var (are, shouldBe) = (CatalogFile.Sorted(found), CatalogFile.Sorted(expected));
        shouldBe.ShouldNotBeEmpty(where);
        var (surplus, missing) = (are.Except(shouldBe).ToList(), shouldBe.Except(are).ToList());
        (surplus.Count + missing.Count).ShouldBe(0, $"{where}: {surplus.Count} surplus, {missing.Count} missing, such as\n{surplus.FirstOrDefault()}\n{missing.FirstOrDefault()}");
        are.SequenceEqual(shouldBe).ShouldBeTrue($"{where}: {are.Count} rows instead of {shouldBe.Count}, or others twice");
    }

    private Random Seeded()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }

    /// <summary>Without the pictures.</summary>
    private void Log(string text) => output.WriteLine(text.Length > 1_000 ? text[..1_000] : text);
}
