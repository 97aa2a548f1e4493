using System.Globalization;
using Landfall.Contracts;

namespace Landfall.Benchmarks;

/// <summary>
/// A file read, typed and checked, and put nowhere: <c>landfall check</c>, beside DuckDB's reader of CSV with the contract's types and two threads, which has every value of every column counted and checks no rule.
/// </summary>
internal static class Parsing
{
    private const string DuckDb = """
        const { DuckDBInstance } = require('@duckdb/node-api');
        const [,, file, columns, expected] = process.argv;
        (async () => {
          const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
          const found = await connection.runAndReadAll(`SELECT COUNT(*) AS all_rows, COUNT(COLUMNS(*)) FROM read_csv('${file}', header = true, delim = ',', quote = '"', escape = '"', auto_detect = false, columns = ${columns})`);
          const rows = String(found.getRows()[0][0]);
          if (rows !== expected) throw new Error(`DuckDB counts ${rows} rows of ${expected}`);
        })().catch(e => { console.error(e); process.exit(1); });
        """;

    public static async Task<Experiment> CompareAsync(Bench bench, string contract, CatalogFile file)
    {
        var tool = await LandingProgram.PublishAsync(Path.Combine(bench.Folder, "tool"), native: false, "shared/Landfall.Tool");
        var duck = await NodeProgram.CreateAsync(Path.Combine(bench.Folder, "duckdb"), "\"@duckdb/node-api\": \"1.5.6-r.1\"", DuckDb);
        var columns = $"{{{string.Join(", ", bench.TableOf(contract).Columns.Select(column => $"'{column.Name.Name}': '{Type(column)}'"))}}}";
        var rows = file.Good.ToString(CultureInfo.InvariantCulture);
        return new("parse", $"{file.Good:N0} rows read, typed and checked, and put nowhere; DuckDB checks no rule",
            [
                new("DuckDB", () => Task.CompletedTask, () => MeasuredProcess.RunAsync([.. duck.Command, file.Path, columns, rows]), () => Task.CompletedTask),
                new("Landfall", () => Task.CompletedTask, () => CheckAsync(Path.Combine(tool.Folder, "Landfall.Tool"), bench, contract, file), () => Task.CompletedTask),
            ],
            [new("Landfall", "DuckDB", 0.8, 1.0)]);
    }

    private static async Task<Measurement> CheckAsync(string tool, Bench bench, string contract, CatalogFile file)
    {
        var measured = await MeasuredProcess.RunAsync([tool, "check", file.Path, "--contract", contract, "--contracts", Path.Combine(bench.Folder, "contracts"), "--json"]);
        return measured.Output.Contains($"\"good\": {file.Good},", StringComparison.Ordinal)
            ? measured
            : throw new InvalidOperationException($"landfall check has found other than {file.Good} good rows: {measured.Output}");
    }

    private static string Type(Column column) => column.Type switch
    {
        ColumnType.Int64 => "BIGINT",
        ColumnType.Numeric => $"DECIMAL({column.Precision},{column.Scale})",
        ColumnType.Date => "DATE",
        ColumnType.Timestamp => "TIMESTAMPTZ",
        ColumnType.Text => "VARCHAR",
        var other => throw new NotSupportedException($"DuckDB is told no type for {other}."),
    };
}
