namespace Landfall.Local.Storage;

internal static class ObjectStoreSchema
{
    // Names sort by their bytes ("C"), as Cloud Storage lists them. The first generation has the size of real ones, which an int can not hold.
    public const string Sql = """
        CREATE SCHEMA IF NOT EXISTS local_storage;
        CREATE SEQUENCE IF NOT EXISTS local_storage.generations AS bigint START 1700000000000001;
        CREATE TABLE IF NOT EXISTS local_storage.buckets (
            name text COLLATE "C" PRIMARY KEY,
            time_created timestamptz(3) NOT NULL,
            last_created timestamptz(3) NOT NULL);
        CREATE TABLE IF NOT EXISTS local_storage.objects (
            bucket text COLLATE "C" NOT NULL REFERENCES local_storage.buckets,
            name text COLLATE "C" NOT NULL,
            generation bigint NOT NULL,
            time_created timestamptz(3) NOT NULL,
            time_deleted timestamptz(3),
            size bigint NOT NULL,
            md5_hash text NOT NULL,
            crc32c text NOT NULL,
            content_type text NOT NULL,
            content_encoding text,
            metadata text,
            PRIMARY KEY (bucket, name, generation));
        CREATE UNIQUE INDEX IF NOT EXISTS live ON local_storage.objects (bucket, name) WHERE time_deleted IS NULL;
        """;
}
