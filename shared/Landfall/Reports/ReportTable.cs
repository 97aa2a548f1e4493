using Landfall.Contracts;

namespace Landfall.Reports;

/// <summary>A table that a report reads, with the contract that says who may.</summary>
public sealed record ReportTable(Contract Contract, Table Table);
