using Landfall.Local.BigQuery.Jobs;
using Landfall.Local.BigQuery.Loads;
using Landfall.Local.BigQuery.Sql;
using Landfall.Local.Storage;
using Npgsql;

namespace Landfall.Local.BigQuery;

/// <summary>BigQuery over Postgres: its parts, wired.</summary>
internal sealed class LocalBigQuery
{
    /// <param name="objects">What <c>gs://</c> names.</param>
    public LocalBigQuery(NpgsqlDataSource database, ObjectStore objects, TimeProvider clock)
    {
        Objects = objects;
        Tables = new TableCatalog(database, clock);
        Datasets = new DatasetCatalog(database, Tables, clock);
        Rows = new TableRows(database);
        Jobs = new JobStore(database, clock);
        Engine = new SqlEngine(database, Tables, clock);
        Stream = new RowStream(database, Engine);
        var (writer, files) = (new TableWriter(database, Tables), new LoadFiles(objects));
        Tables.External = new ExternalTables(database, files);
        Runner = new JobRunner(Jobs, new QueryJob(Engine, Jobs, writer, clock), new LoadJob(writer, files), clock);
    }

    public ObjectStore Objects { get; }

    public TableCatalog Tables { get; }

    public DatasetCatalog Datasets { get; }

    public TableRows Rows { get; }

    public RowStream Stream { get; }

    public JobStore Jobs { get; }

    public JobRunner Runner { get; }

    public SqlEngine Engine { get; }

    /// <summary>Makes the schema where it is missing. Called once, before anything else.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await Tables.MigrateAsync(cancellationToken);
        await Engine.MigrateAsync(cancellationToken);
        await Jobs.MigrateAsync(cancellationToken);
    }
}
