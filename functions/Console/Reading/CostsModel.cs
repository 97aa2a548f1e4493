namespace Landfall.Web.Reading;

/// <param name="Costs">Null where nobody says what anything costs.</param>
public sealed record CostsModel(IReadOnlyList<CostRow>? Costs);
