using System.Text;
using System.Text.Json;

namespace Landfall.Tests.EndToEnd;

/// <summary>A catalog file with what the real ones have and worse, made together with the rows that it holds.</summary>
internal sealed class CatalogFile
{
    public const string Columns = "brand, category_id, comment, currency, description, image, year_release";

    private static readonly string[] Brands = ["Samsung", "Samsung", "samsung", "Samsung ", "Acer", "HP", "Toshiba", "Huawei 华为", "\"Zoë\" & Søn, Ltd.", "#N/A"];
    private static readonly string[] Pieces = ["Lorem", "ipsum, ", "\"dolor\"", "\n", "\r\n", " ", "\t", "Ünïcödé", "日本", "🙂", "'", "\\", "\\N", "NULL", "=1+1", ";", "''"];
    private static readonly string[] Currencies = ["EUR", "USD", "COP", "IDR"];
    private static readonly string[] Descriptions = ["Male", "Female", "As new, boxed"];

    public CatalogFile(Random random, int rows)
    {
        Rows = [.. Enumerable.Range(0, rows).Select(_ => Row(random))];
        var end = random.Next(2) == 0 ? "\n" : "\r\n";
        // The last line has no end, as in the real files.
        Bytes = Encoding.UTF8.GetBytes(Columns.Replace(" ", "") + end + string.Join(end, Rows.Select(row => string.Join(',', row.Select(cell => Written(cell, random))))));
    }

    public byte[] Bytes { get; }

    /// <summary>The rows in the order of <see cref="Columns"/>; null for an empty cell.</summary>
    public IReadOnlyList<string?[]> Rows { get; }

    /// <summary>What is to be seen by the team that shows pictures.</summary>
    public IEnumerable<string?[]> WithImage => Rows.Where(row => row[5] is not null);

    /// <summary>What is to be seen by the team that takes pictures.</summary>
    public IEnumerable<string?[]> SamsungWithoutImage => Rows.Where(row => row is ["Samsung", .., null, { } year] && int.Parse(year) > 2000);

    /// <summary>Rows as texts in one order, whatever order they come in: equal when the multisets are.</summary>
    public static List<string> Sorted(IEnumerable<string?[]> rows) => [.. rows.Select(row => JsonSerializer.Serialize(row)).Order(StringComparer.Ordinal)];

    private static string?[] Row(Random random) =>
    [
        Pick(Brands, random),
        $"{(random.Next(50) == 0 ? random.NextInt64(1, long.MaxValue) : random.Next(1, 100))}",
        random.Next(10) == 0 ? null : string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Pick(Pieces, random))),
        random.Next(20) == 0 ? null : Pick(Currencies, random),
        random.Next(8) == 0 ? null : Pick(Descriptions, random),
        random.Next(3) == 0 ? null : Image(random),
        random.Next(15) == 0 ? null : $"{random.Next(1995, 2006)}",
    ];

    private static string Image(Random random)
    {
        var bytes = new byte[random.Next(1, random.Next(50) == 0 ? 40_000 : 600)];
        random.NextBytes(bytes);
        return "data:image/png;base64," + Convert.ToBase64String(bytes);
    }

    /// <summary>In quotes where it must be, and now and then where it need not.</summary>
    private static string Written(string? cell, Random random) =>
        random.Next(4) == 0 || cell?.AsSpan().ContainsAny(",\"\r\n") is true ? $"\"{cell?.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell ?? "";

    private static string Pick(string[] choices, Random random) => choices[random.Next(choices.Length)];
}
