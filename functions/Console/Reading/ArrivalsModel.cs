namespace Landfall.Web.Reading;

/// <summary>What was due and what will be, dataset by dataset and day by day.</summary>
/// <param name="Days">The columns, by the clock of UTC.</param>
public sealed record ArrivalsModel(IReadOnlyList<DateOnly> Days, DateOnly Today, IReadOnlyList<ArrivalRow> Rows);
