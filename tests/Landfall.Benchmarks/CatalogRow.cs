namespace Landfall.Benchmarks;

/// <summary>One product, its values as text. A null <see cref="UpdatedAt"/> is a row that lacks its last column.</summary>
internal readonly record struct CatalogRow(
    long Id, string Name, string Brand, string Category, string Price, string Currency, string ReleaseDate, string ImageUrl, string Description, string? UpdatedAt);
