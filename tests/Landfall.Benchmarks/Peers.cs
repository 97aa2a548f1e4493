using Landfall.Local.Postgres;
using Npgsql;

namespace Landfall.Benchmarks;

/// <summary>
/// What else people load a CSV file into Postgres with, as far as it is installed here: each straight into a table with the contract's types, by COPY, with the settings that its own documentation gives for
/// speed. They check nothing but what the types ask for.
/// </summary>
internal static class Peers
{
    private const string Node = """
        const fs = require('fs'), { pipeline } = require('stream/promises'), { parse } = require('csv-parse'), { Client } = require('pg'), { from } = require('pg-copy-streams');
        const [,, host, user, database, table, file] = process.argv;
        const marks = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
        const text = cell => cell === '' ? '\\N' : cell.replace(/[\\\t\n\r]/g, mark => marks[mark]);
        (async () => {
          const client = new Client({ host, user, database });
          await client.connect();
          await pipeline(fs.createReadStream(file), parse({ from_line: 2 }), async function* (rows) {
            let some = '';
            for await (const row of rows) {
              some += row.map(text).join('\t') + '\n';
              if (some.length > 65536) { yield some; some = ''; }
            }
            yield some;
          }, client.query(from(`COPY ${table} FROM STDIN`)));
          await client.end();
        })().catch(e => { console.error(e); process.exit(1); });
        """;

    /// <returns>Those that are there; the others are told of on the way.</returns>
    public static async Task<IReadOnlyList<Variant>> OfAsync(Bench bench, string contract, CatalogFile file)
    {
        var server = new NpgsqlConnectionStringBuilder(bench.Server.ConnectionString);
        var columns = string.Join(", ", bench.TableOf(contract).Columns.Select(column => column.Name.Quoted));
        var peers = new List<Variant>();
        if (await FoundAsync("ogr2ogr", "gdal-bin") is { } ogr)
        {
            peers.Add(bench.Loader("ogr2ogr", contract, file.Good, table =>
                [ogr, "-append", "-f", "PostgreSQL", $"PG:host={server.Host} user={server.Username} dbname={server.Database}", file.Path, "-nln", table, "-oo", "EMPTY_STRING_AS_NULL=YES", "--config", "PG_USE_COPY", "YES"]));
        }
        if (await FoundAsync("pgloader", "pgloader") is { } pgloader)
        {
            peers.Add(bench.Loader("pgloader", contract, file.Good, table =>
            {
                var script = Path.Combine(bench.Folder, "pgloader.load");
                File.WriteAllText(script, $"""
                    LOAD CSV FROM '{file.Path}' ({columns})
                      INTO postgresql://{server.Username}@unix:{server.Host}:5432/{server.Database}
                      TARGET TABLE {table} ({columns})
                      WITH skip header = 1, fields optionally enclosed by '"', fields escaped by double-quote, fields terminated by ',';
                    """);
                return [pgloader, "--quiet", "--on-error-stop", script];
            }));
        }
        if (await FoundAsync("npm", "npm") is not null && await FoundAsync("node", "nodejs") is not null)
        {
            var node = await NodeProgram.CreateAsync(Path.Combine(bench.Folder, "node"), """ "csv-parse": "7.0.3", "pg": "8.16.3", "pg-copy-streams": "7.0.0" """, Node);
            peers.Add(bench.Loader("node", contract, file.Good, table => [.. node.Command, server.Host!, server.Username!, server.Database!, table, file.Path]));
        }
        return peers;
    }

    private static async Task<string?> FoundAsync(string program, string package)
    {
        var found = Command.Find(program);
        if (found is null) await Console.Error.WriteLineAsync($"peers: no {program} here, it is left out (apt-get install {package})");
        return found;
    }
}
