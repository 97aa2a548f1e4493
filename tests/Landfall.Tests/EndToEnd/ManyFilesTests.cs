using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.EndToEnd;

/// <summary>Many small files at once share transactions: BigQuery runs few at a time on one table, and each costs seconds there.</summary>
public sealed class ManyFilesTests(ITestOutputHelper output)
{
    private const int Files = 500;

    [Fact]
    public async Task Of_one_contract_cost_far_fewer_transactions_than_there_are_files()
    {
        await using var catalog = await LocalCatalog.StartAsync();
        var folder = Directory.CreateDirectory(Path.Combine(catalog.Home, "buckets", "catalog")).FullName;
        for (var i = 0; i < Files; i++)
        {
            var rows = Enumerable.Range(1, 1 + (i % 4)).Select(n => $"Acer,{n},file {i},EUR,,,2001\n");
            await File.WriteAllTextAsync(Path.Combine(folder, $"product_catalog_{Date(i):yyyyMMdd}.csv"), "brand,category_id,comment,currency,description,image,year_release\n" + string.Concat(rows));
        }
        await Until.TrueAsync(() => catalog.Landed == Files, "every file has landed", seconds: 240);

        var days = await catalog.QueryAsync("SELECT file_date, comment, COUNT(*), MAX(category_id) FROM catalog.product_catalog GROUP BY file_date, comment ORDER BY file_date");
        days.Select(day => string.Join(' ', day)).ShouldBe(Enumerable.Range(0, Files).Select(i => $"{Date(i):yyyy-MM-dd} file {i} {1 + (i % 4)} {1 + (i % 4)}"));
        var transactions = (await catalog.JobsAsync()).Count(job => ((string?)job["configuration"]?["query"]?["query"])?.Contains("BEGIN TRANSACTION", StringComparison.Ordinal) is true);
        output.WriteLine($"{Files} files in {transactions} transactions");
        transactions.ShouldBeInRange(1, 150);
    }

    private static DateOnly Date(int day) => new DateOnly(2021, 1, 1).AddDays(day);
}
