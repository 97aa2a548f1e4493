using Landfall.Local.BigQuery.Sql;
using Landfall.Local.Storage;
using Npgsql;

namespace Landfall.Local.BigQuery;

/// <summary>BigQuery over Postgres: its parts, wired.</summary>
/// <param name="objects">What <c>gs://</c> names.</param>
internal sealed class LocalBigQuery(NpgsqlDataSource database, ObjectStore objects, TimeProvider clock)
{
    private DatasetCatalog? _datasets;
    private SqlEngine? _engine;

    public TableCatalog Tables { get; } = new(database, clock);

    public DatasetCatalog Datasets => _datasets ??= new(database, Tables, clock);

    public TableRows Rows { get; } = new(database);

    public SqlEngine Engine => _engine ??= new(database, Tables, clock);

    public ObjectStore Objects => objects;

    /// <summary>Makes the schema where it is missing. Called once, before anything else.</summary>
    public Task MigrateAsync(CancellationToken cancellationToken) => Tables.MigrateAsync(cancellationToken);
}
