namespace Landfall.Local.BigQuery;

internal static class CatalogSchema
{
    // Names sort by their bytes; view_sql is a view's query as Postgres runs it; loaded says what an external table's rows were read from. The sequence makes ETags: each change of a resource has another.
    public const string Sql = """
        CREATE SCHEMA IF NOT EXISTS bigquery;
        CREATE SEQUENCE IF NOT EXISTS bigquery.versions;
        CREATE TABLE IF NOT EXISTS bigquery.datasets (
            name text COLLATE "C" PRIMARY KEY,
            resource jsonb NOT NULL);
        CREATE TABLE IF NOT EXISTS bigquery.tables (
            dataset text COLLATE "C" NOT NULL REFERENCES bigquery.datasets,
            name text COLLATE "C" NOT NULL,
            resource jsonb NOT NULL,
            mutations bigint NOT NULL DEFAULT 0,
            view_sql text,
            PRIMARY KEY (dataset, name));
        ALTER TABLE bigquery.tables ADD COLUMN IF NOT EXISTS loaded text;
        CREATE TABLE IF NOT EXISTS bigquery.streamed (
            table_oid oid NOT NULL,
            xid bigint NOT NULL,
            at timestamptz NOT NULL);
        """;
}
