using System.Globalization;

namespace Landfall.Benchmarks;

/// <summary>
/// A product catalogue from a seed: about 260 bytes a row, two descriptions of a hundred with quotes, commas and a line break in them, one image of seven
/// missing, and letters of one to three bytes. The dirt has dice of its own: whatever its share, the other rows stay the same.
/// </summary>
internal sealed class CatalogRows(int seed, double dirty)
{
    private static readonly string[] Words = ("ultra slim pro max core flex air lite smart classic urban trail alpine nova prime eco carbon steel cotton "
        + "wool leather ceramic bamboo oak maple glass wireless portable compact digital folding outdoor kitchen office "
        + "garden travel winter summer kids sport studio vintage modern café naïve jalapeño Größe 東京").Split(' ');

    private static readonly string[] Nouns = "chair lamp mug jacket backpack keyboard bottle tent desk shoe watch speaker blender shelf mirror rug".Split(' ');

    private static readonly string[] Brands =
        [.. Words.Take(40).SelectMany(word => (string[])["", " Co", " Labs", " & Sons", " GmbH"], (word, end) => char.ToUpperInvariant(word[0]) + word[1..] + end)];

    private static readonly string[] Categories =
        [.. "Home Garden Apparel Electronics Sports Toys Office Kitchen".Split(' ').SelectMany(room => "Basics Premium Outlet New Seasonal".Split(' '), (room, shelf) => $"{room}/{shelf}")];

    private static readonly string[] Currencies = ["USD", "EUR", "GBP", "COP", "MXN", "BRL"];

    private static readonly string[] BadDates = ["2023-13-45", "not-a-date", "31/02/2020"];

    private static readonly string[] BadPrices = ["N/A", "twelve", "1.2.3"];

    private static readonly DateOnly FirstDay = new(2000, 1, 1);

    private static readonly int Days = new DateOnly(2026, 1, 1).DayNumber - FirstDay.DayNumber;

    private readonly Random _dice = new(seed);
    private readonly Random _dirt = new(seed ^ 0x5EED);

    /// <summary>Rows made so far that break the contract.</summary>
    public long Bad { get; private set; }

    public IEnumerable<CatalogRow> Take(int rows)
    {
        for (var id = 1; id <= rows; id++) yield return Soiled(Clean(id));
    }

    private CatalogRow Clean(long id)
    {
        var name = $"{Pick(Words)} {Pick(Words)} {Pick(Nouns)} {_dice.Next(10_000)}";
        var cents = 99 + _dice.Next(500_000);
        var image = _dice.NextDouble() < 0.15 ? "" : $"https://cdn.example.com/img/{_dice.NextInt64(1L << 32):x8}/{id}.jpg";
        var (first, length) = (_dice.Next(Words.Length), 6 + _dice.Next(9));
        var description = string.Join(' ', Enumerable.Range(0, length).Select(i => Words[(first + (i * 7)) % Words.Length]));
        if (_dice.NextDouble() < 0.02) description = $"{description}, \"{Pick(Nouns)}\"\n{Pick(Words)}";
        var time = new TimeOnly(_dice.Next(24), _dice.Next(60), _dice.Next(60));
        return new(id, name, Pick(Brands), Pick(Categories), string.Create(CultureInfo.InvariantCulture, $"{cents / 100}.{cents % 100:00}"),
            Pick(Currencies), Day(), image, description, string.Create(CultureInfo.InvariantCulture, $"{Day()}T{time:HH:mm:ss}Z"));
    }

    private CatalogRow Soiled(CatalogRow row)
    {
        if (_dirt.NextDouble() >= dirty) return row;
        Bad++;
        return _dirt.Next(3) switch
        {
            0 => row with { ReleaseDate = BadDates[_dirt.Next(3)] },
            1 => row with { Price = BadPrices[_dirt.Next(3)] },
            _ => row with { UpdatedAt = null },
        };
    }

    private string Day() => FirstDay.AddDays(_dice.Next(Days)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private string Pick(string[] from) => from[_dice.Next(from.Length)];
}
