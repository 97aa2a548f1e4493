using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Landfall.Benchmarks;

/// <summary>A generated file on disk.</summary>
/// <param name="Path">Where it is; its ending says its format.</param>
/// <param name="Good">Rows that keep the contract.</param>
internal sealed record CatalogFile(string Path, long Good)
{
    private const string Header = "id,name,brand,category,price,currency,release_date,image_url,description,updated_at";

    /// <param name="path">Ends with <c>.csv</c> or <c>.ndjson</c>.</param>
    /// <param name="rows">All rows, bad ones included.</param>
    /// <param name="seed">The same seed, the same file.</param>
    /// <param name="dirty">The share of rows that break the contract, 0 to 1.</param>
    public static async Task<CatalogFile> WriteAsync(string path, int rows, int seed, double dirty)
    {
        var catalog = new CatalogRows(seed, dirty);
        var json = path.EndsWith(".ndjson", StringComparison.Ordinal);
        await using var file = new StreamWriter(path, append: false, new UTF8Encoding(false), bufferSize: 1 << 20) { NewLine = "\n" };
        if (!json) await file.WriteLineAsync(Header);
        foreach (var row in catalog.Take(rows)) await file.WriteLineAsync(json ? Json(row) : Csv(row));
        return new(path, rows - catalog.Bad);
    }

    private static string Csv(CatalogRow row)
    {
        var description = row.Description.Contains('"') ? $"\"{row.Description.Replace("\"", "\"\"")}\"" : row.Description;
        var line = $"{row.Id},{row.Name},{row.Brand},{row.Category},{row.Price},{row.Currency},{row.ReleaseDate},{row.ImageUrl},{description}";
        return row.UpdatedAt is null ? line : $"{line},{row.UpdatedAt}";
    }

    private static string Json(CatalogRow row)
    {
        var image = row.ImageUrl.Length == 0 ? "null" : $"\"{row.ImageUrl}\"";
        var price = decimal.TryParse(row.Price, out _) ? row.Price : $"\"{row.Price}\"";
        var line = $"{{\"id\":{row.Id},\"name\":\"{row.Name}\",\"brand\":\"{row.Brand}\",\"category\":\"{row.Category}\",\"price\":{price},\"currency\":\"{row.Currency}\","
            + $"\"release_date\":\"{row.ReleaseDate}\",\"image_url\":{image},\"description\":\"{JsonEncodedText.Encode(row.Description, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
        return row.UpdatedAt is null ? line + "}" : $"{line},\"updated_at\":\"{row.UpdatedAt}\"}}";
    }
}
