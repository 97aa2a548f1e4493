using Landfall.Contracts;
using Landfall.Sinks;

namespace Landfall.Web.Reading;

/// <summary>A dataset: how it stands, what landed last, and all that its contract says.</summary>
/// <param name="Landings">The last ones; null where the warehouse does not answer.</param>
/// <param name="Page">The contract's page, as HTML.</param>
/// <param name="Tables">Of the contract's schema: what the picture shows, in words.</param>
public sealed record DatasetModel(Contract Contract, DatasetRow Row, IReadOnlyList<LedgerEntry>? Landings, string Page, string Tables, DateTimeOffset Now);
