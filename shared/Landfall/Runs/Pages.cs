namespace Landfall.Runs;

/// <summary>How a run is cut into pages.</summary>
public static class Pages
{
    /// <summary>The most rows of one page, and so of one insert.</summary>
    public const int MaxRows = 20;

    /// <summary>
    /// The most bytes of a page message: in base 64 it is published in a request of less than Pub/Sub's 10 MB, and pushed in one of less than <see cref="Events.EventReader.MaxBytes"/>.
    /// </summary>
    public const int MaxBytes = 6_000_000;

    /// <summary>The most columns, as in the header of a file.</summary>
    public const int MaxColumns = 10_000;

    /// <summary>A row's position in its run, from 1. Pages may have less than <see cref="MaxRows"/> rows, so positions may have gaps; they follow the rows' order.</summary>
    /// <param name="page">From 1.</param>
    /// <param name="index">The row's place in its page, from 0.</param>
    public static long Line(int page, int index) => ((page - 1L) * MaxRows) + index + 1;

    /// <summary>The page of a row.</summary>
    /// <param name="line">From <see cref="Line"/>.</param>
    public static long Of(long line) => ((line - 1) / MaxRows) + 1;

    /// <summary>Where a person finds a row: <c>page 3, row 7</c>.</summary>
    /// <inheritdoc cref="Of"/>
    public static string Place(long line) => $"page {Of(line)}, row {((line - 1) % MaxRows) + 1}";
}
