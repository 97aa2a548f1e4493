namespace Landfall.Benchmarks;

/// <summary>The experiments, and how good is good enough.</summary>
internal static class Experiments
{
    public static async IAsyncEnumerable<Experiment> AllAsync(Bench bench, BenchmarkOptions options)
    {
        if (options.Wants("csv")) yield return await CsvAsync(bench, options.Rows);
        if (options.Wants("key")) yield return await KeyAsync(bench, options.Rows);
        if (options.Wants("upsert")) yield return await UpsertAsync(bench, options.Rows);
        if (options.Wants("peers")) yield return await PeersAsync(bench, options.Rows / 5);
        if (options.Wants("ndjson")) yield return await NdjsonAsync(bench, options.Rows);
        if (options.Wants("parse")) yield return await Parsing.CompareAsync(bench, CatalogContracts.Plain, await bench.FileAsync(options.Rows));
        if (options.Wants("start")) yield return await StartAsync(bench);
        if (options.Wants("bigquery")) yield return await BigQueryAsync(bench, options.Rows * 5);
        if (options.Wants("backup"))
        {
            await using var stored = await StoredTable.CreateAsync(bench, options);
            yield return new("backup", $"{options.Rows:N0} rows with a primary key, written to Cloud Storage and read back; pg_dump -Fc writes a file",
                [stored.Dump(), stored.Backup()], [new("Landfall", "pg_dump", 1.5, 2.2)]);
            yield return new("restore", $"{options.Rows:N0} rows into the emptied table, verified before the commit; pg_restore -a", [stored.PgRestore(), stored.Restore()], [new("Landfall", "pg_restore", 0.9, 1.0)]);
            yield return new("size", $"the backup's file is {stored.SizeRatio():0.00} times pg_dump's", [], []);
        }
        if (options.Wants("cold"))
        {
            var served = await bench.ServedAsync(options);
            yield return Served("cold", "from the start of the process to the first event answered with 2xx", served, function => function.ColdAsync());
            yield return Served("warm", $"{ServedFunction.Counted:N0} events that have landed, eight at a time", served, function => function.WarmAsync());
        }
        if (options.Wants("large")) yield return await LargeAsync(bench, options.Rows * 5);
    }

    private static async Task<Experiment> CsvAsync(Bench bench, int rows)
    {
        var clean = await bench.FileAsync(rows);
        return new("csv", $"{rows:N0} rows, typed and checked",
            [
                bench.Psql(CatalogContracts.Plain, clean.Good, Copy(clean)),
                .. await bench.LandingsAsync(CatalogContracts.Plain, clean),
                .. await bench.LandingsAsync(CatalogContracts.Plain, await bench.FileAsync(rows, 0.001), ", 0.1 % dirty"),
                .. await bench.LandingsAsync(CatalogContracts.Plain, await bench.FileAsync(rows, 0.05), ", 5 % dirty"),
            ],
            [
                new("Landfall", "psql", 1.0, 1.25),
                new("Landfall, 0.1 % dirty", "psql", 1.0, 1.25),
                new("Landfall, 5 % dirty", "Landfall", 1.2, 1.05, Slower: true),
            ]);
    }

    private static async Task<Experiment> KeyAsync(Bench bench, int rows)
    {
        var clean = await bench.FileAsync(rows);
        return new("key", $"{rows:N0} rows into a table with a primary key",
            [bench.Psql(CatalogContracts.Keyed, clean.Good, Copy(clean)), .. await bench.LandingsAsync(CatalogContracts.Keyed, clean)],
            [new("Landfall", "psql", 1.0, 1.2)]);
    }

    private static async Task<Experiment> UpsertAsync(Bench bench, int rows)
    {
        var clean = await bench.FileAsync(rows);
        return new("upsert", $"{rows:N0} rows upserted; psql copies and inserts ON CONFLICT",
            [
                bench.Psql(CatalogContracts.Upserted, clean.Good,
                    "CREATE TEMP TABLE staged (LIKE {table})", Copy(clean, "staged"),
                    "INSERT INTO {table} SELECT * FROM staged ON CONFLICT (id) DO UPDATE SET (name, brand, category, price, currency, release_date, image_url, description, updated_at) "
                    + "= (EXCLUDED.name, EXCLUDED.brand, EXCLUDED.category, EXCLUDED.price, EXCLUDED.currency, EXCLUDED.release_date, EXCLUDED.image_url, EXCLUDED.description, EXCLUDED.updated_at)"),
                .. await bench.LandingsAsync(CatalogContracts.Upserted, clean),
            ],
            [new("Landfall", "psql")]);
    }

    private static async Task<Experiment> PeersAsync(Bench bench, int rows)
    {
        var clean = await bench.FileAsync(rows);
        var peers = await Peers.OfAsync(bench, CatalogContracts.Plain, clean);
        return new("peers", $"{rows:N0} rows, by what else people use",
            [bench.Psql(CatalogContracts.Plain, clean.Good, Copy(clean)), .. await bench.LandingsAsync(CatalogContracts.Plain, clean), .. peers],
            [new("Landfall", "psql"), .. peers.Select(peer => new Comparison("Landfall", peer.Name))]);
    }

    private static async Task<Experiment> NdjsonAsync(Bench bench, int rows)
    {
        var clean = await bench.FileAsync(rows, ending: "ndjson");
        return new("ndjson", $"{rows:N0} rows of NDJSON; psql copies into a jsonb column and inserts from there",
            [
                bench.Psql(CatalogContracts.Ndjson, clean.Good,
                    "CREATE TEMP TABLE staged (row jsonb)", $@"\copy staged FROM '{clean.Path}' WITH (FORMAT csv, QUOTE e'\x01', DELIMITER e'\x02')",
                    "INSERT INTO {table} SELECT (row->>'id')::bigint, row->>'name', row->>'brand', row->>'category', (row->>'price')::numeric(12,2), row->>'currency', "
                    + "(row->>'release_date')::date, row->>'image_url', row->>'description', (row->>'updated_at')::timestamptz FROM staged"),
                .. await bench.LandingsAsync(CatalogContracts.Ndjson, clean),
            ],
            [new("Landfall", "psql", 2.5, 3.3)]);
    }

    private static async Task<Experiment> StartAsync(Bench bench)
    {
        var clean = await bench.FileAsync(100_000);
        return new("start", "100,000 rows: the start of the process counts",
            [bench.Psql(CatalogContracts.Plain, clean.Good, Copy(clean)), .. await bench.LandingsAsync(CatalogContracts.Plain, clean)],
            [new("Landfall", "psql", 0.6, 0.85)]);
    }

    private static async Task<Experiment> LargeAsync(Bench bench, int rows)
    {
        var clean = await bench.FileAsync(rows);
        return new("large", $"{rows:N0} rows: memory stays what it was",
            [bench.Psql(CatalogContracts.Plain, clean.Good, Copy(clean)), .. await bench.LandingsAsync(CatalogContracts.Plain, clean)],
            [new("Landfall", "psql", 1.0, 1.4)]);
    }

    private static Experiment Served(string name, string about, IReadOnlyDictionary<string, ServedFunction> served, Func<ServedFunction, Task<Measurement>> run) =>
        new(name, about,
            [.. served.Select(function => new Variant(function.Key, () => Task.CompletedTask, () => run(function.Value), () => Task.CompletedTask))],
            [
                // How much of the other's time it takes to start; how much faster it answers.
                .. served.Keys.Skip(1).Select(other => name == "cold" ? new Comparison("Landfall", other, 0.8, 0.2, Slower: true) : new Comparison("Landfall", other)),
                // Their own seconds and memory.
                .. served.Keys.Select(each => new Comparison(each, "Landfall", Slower: name == "cold")),
            ]);

    private static async Task<Experiment> BigQueryAsync(Bench bench, int rows)
    {
        var file = await bench.FileAsync(rows, 0.001);
        return new("bigquery", $"{rows:N0} rows, 0.1 % dirty, by load jobs into the local BigQuery: memory stays what it was",
            [.. await bench.LandingsAsync(CatalogContracts.Plain, file), .. await bench.WarehouseAsync(CatalogContracts.Warehouse, file, ", BigQuery")],
            [new("Landfall, BigQuery", "Landfall")]);
    }

    private static string Copy(CatalogFile file, string into = "{table}") => $@"\copy {into} FROM '{file.Path}' WITH (FORMAT csv, HEADER)";
}
