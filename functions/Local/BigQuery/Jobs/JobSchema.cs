namespace Landfall.Local.BigQuery.Jobs;

internal static class JobSchema
{
    // Rows of a SELECT are kept beside their job, as text, for as long as it is.
    public const string Sql = """
        CREATE TABLE IF NOT EXISTS bigquery.jobs (
            id text COLLATE "C" PRIMARY KEY,
            number bigint GENERATED ALWAYS AS IDENTITY,
            created timestamptz NOT NULL,
            parent text COLLATE "C" REFERENCES bigquery.jobs ON DELETE CASCADE,
            job jsonb NOT NULL,
            rows_of text COLLATE "C",
            fields jsonb,
            total bigint);
        CREATE TABLE IF NOT EXISTS bigquery.job_rows (
            job text COLLATE "C" NOT NULL REFERENCES bigquery.jobs ON DELETE CASCADE,
            number bigint NOT NULL,
            cells text[] NOT NULL,
            PRIMARY KEY (job, number));
        """;
}
