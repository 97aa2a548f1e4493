using System.Diagnostics;
using System.Globalization;
using System.Text;
using Landfall.Tests.Local;
using Npgsql;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.EndToEnd;

/// <summary>SIGKILL at any moment of a landing, of the function or of everything: nothing lost, nothing twice.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Files = 4;
    private const int Rows = 60_000;
    private const int Kills = 8;

    /// <summary>One table that is copied into directly, and two that go through staging.</summary>
    private static string Contract(string id, string write, string key) => $$"""
        apiVersion: v3.1.0
        kind: DataContract
        id: {{id}}
        version: 1.0.0
        status: active
        team: { name: lab }
        servers: [ { server: operational, type: postgres, host: landfall, port: 5432, database: landfall, schema: lab } ]
        customProperties: [ { property: landfall, value: { object: "drop-zone/lab/{{id}}_{date:yyyyMMdd}.csv" } } ]
        schema:
          - name: {{id}}
            physicalType: table
            logicalType: object
            customProperties: [ { property: landfall, value: { write: {{write}} } } ]
            properties:
              - { name: day, logicalType: date, required: true, transformSourceObjects: [ "{date}" ]{{key}} }
              - { name: n, logicalType: integer, required: true{{key}} }
              - { name: text, logicalType: string }
        """;

    [Fact]
    public async Task Of_the_function()
    {
        using var home = new TempFolder();
        await using var local = LocalProcess.Start(home.Path, Contracts(home), "--no-samples", "--port", "0", "--spawn");
        var postgres = await PostgresAsync(local);
        Drop(home);
        var busy = await KillingAsync(postgres, async () =>
        {
            var pid = await File.ReadAllTextAsync(Path.Combine(home.Path, "run", "DropZoneLoad.pid"));
            using var kill = Process.Start("kill", ["-KILL", pid]);
            await kill.WaitForExitAsync();
        });
        await SettledAsync(postgres, home);
        busy.ShouldBePositive("no kill hit a landing: the test proved nothing");
    }

    [Fact]
    public async Task Of_everything()
    {
        using var home = new TempFolder();
        var contracts = Contracts(home);
        var local = LocalProcess.Start(home.Path, contracts, "--no-samples", "--port", "0");
        try
        {
            var postgres = await PostgresAsync(local);
            Drop(home);
            var busy = await KillingAsync(postgres, async () =>
            {
                await local.KillAsync();
                await local.DisposeAsync();
                File.Delete(Path.Combine(home.Path, "endpoints.json"));   // of the one that is dead
                local = LocalProcess.Start(home.Path, contracts, "--no-samples", "--port", "0");
                postgres = await PostgresAsync(local);
            }, () => postgres);
            await SettledAsync(postgres, home);
            busy.ShouldBePositive("no kill hit a landing: the test proved nothing");
        }
        finally
        {
            await local.DisposeAsync();
        }
    }

    private static Dictionary<string, string> Contracts(TempFolder home)
    {
        var folder = Directory.CreateDirectory(Path.Combine(home.Path, "contracts")).FullName;
        File.WriteAllText(Path.Combine(folder, "added.odcs.yaml"), Contract("added", "append", ""));
        File.WriteAllText(Path.Combine(folder, "keyed.odcs.yaml"), Contract("keyed", "upsert", ", primaryKey: true"));
        return new() { ["LANDFALL_CONTRACTS"] = folder };
    }

    private static async Task<string> PostgresAsync(LocalProcess local) =>
        Landfall.Sinks.Postgres.PostgresUri.Parse((await local.ReadyAsync())["postgres"]!.GetValue<string>()).ConnectionString;

    private static void Drop(TempFolder home)
    {
        for (var day = 1; day <= Files; day++)
        {
            foreach (var contract in (ReadOnlySpan<string>)["added", "keyed"])
            {
                var csv = new StringBuilder("n,text\n");
                for (var n = 0; n < Rows; n++) csv.Append(CultureInfo.InvariantCulture, $"{n},row {n} of day {day}\n");
                // Two rows that are no rows, so that quarantine and receipts are under way, too.
                csv.Append("x,\n,y\n");
                var path = Path.Combine(home.Path, "buckets", "drop-zone", "lab", $"{contract}_2024010{day}.csv");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, csv.ToString());
            }
        }
    }

    /// <returns>How many of the kills hit while Postgres was busy with a landing.</returns>
    private async Task<int> KillingAsync(string postgres, Func<Task> kill, Func<string>? current = null)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var busy = 0;
        for (var i = 0; i < Kills; i++)
        {
            // Some moment of some landing; towards the end there may be none left to hit.
            for (var wait = 0; wait < 300 && !await BusyAsync(); wait++) await Task.Delay(10);
            await Task.Delay(random.Next(400));
            busy += await BusyAsync() ? 1 : 0;
            await kill();
        }
        output.WriteLine($"{busy} of {Kills} kills hit a landing");
        return busy;

        async Task<bool> BusyAsync() => await ScalarAsync(current?.Invoke() ?? postgres,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND application_name = 'landfall' AND pid <> pg_backend_pid()") > 0;
    }

    private static async Task SettledAsync(string postgres, TempFolder home)
    {
        await Until.TrueAsync(async () => await ScalarAsync(postgres, "SELECT count(*) FROM landfall.landings") == 2 * Files, "every file has landed", seconds: 120);
        await Until.TrueAsync(() => Directory.EnumerateFiles(Path.Combine(home.Path, "buckets", "receipts"), "*.json", SearchOption.AllDirectories).Count() == 2 * Files, "every file has its receipt", seconds: 60);
        foreach (var table in (string[])["lab.added", "lab.keyed"])
        {
            (await ScalarAsync(postgres, $"SELECT count(*) FROM {table}")).ShouldBe(Files * Rows, table);
            (await ScalarAsync(postgres, $"SELECT count(*) FROM (SELECT DISTINCT day, n FROM {table}) d")).ShouldBe(Files * Rows, table);
        }
        (await ScalarAsync(postgres, $"SELECT count(*) FROM landfall.landings WHERE outcome = 'landed' AND rows_landed = {Rows} AND rows_rejected = 2")).ShouldBe(2 * Files);
        // What the ledger names is there; an attempt that died may have left more, which no one names.
        (await ScalarAsync(postgres, "SELECT count(DISTINCT rejects) FROM landfall.landings")).ShouldBe(2 * Files);
    }

    private static async Task<long> ScalarAsync(string postgres, string sql)
    {
        try
        {
            // No pool: its connections would be those of a server that has been killed since.
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres) { Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            return (long)(await command.ExecuteScalarAsync())!;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return 0;   // nothing has landed yet
        }
    }
}
