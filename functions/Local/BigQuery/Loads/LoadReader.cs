using Landfall.Cloud;
using Landfall.Sinks.Postgres;

namespace Landfall.Local.BigQuery.Loads;

/// <summary>Reads one file of a load's format into the columns that it is given.</summary>
internal delegate Task LoadReader(Stream file, IReadOnlyList<TableField> columns, PgCopyWriter copy, CancellationToken cancellationToken);
