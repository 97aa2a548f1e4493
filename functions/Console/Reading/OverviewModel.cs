namespace Landfall.Web.Reading;

/// <summary>The first page.</summary>
/// <param name="Alerts">Those that stand, of whatever the caller may read; and those of nobody's.</param>
public sealed record OverviewModel(IReadOnlyList<DatasetRow> Datasets, IReadOnlyList<StandingAlert> Alerts, DateTimeOffset Now);
