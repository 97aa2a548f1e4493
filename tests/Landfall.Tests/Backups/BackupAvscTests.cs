using System.Diagnostics;
using Landfall.Contracts;
using Landfall.Tests.Avro;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Backups;

/// <summary>A backup read by avsc (https://github.com/mtth/avsc), which shares nothing with what wrote it: its rows, what it says of them, and their checksum made anew.</summary>
public sealed class BackupAvscTests : IAsyncLifetime
{
    private static readonly Contract Things = Contract("things", Table("other", "things", WriteMode.Upsert, 1,
        Column("id", ColumnType.Int64, required: true), Column("price", ColumnType.Numeric) with { Precision = 12, Scale = 2 }, Column("exact", ColumnType.Numeric), Column("ratio", ColumnType.Double),
        Column("flag", ColumnType.Boolean), Column("day", ColumnType.Date), Column("at", ColumnType.Timestamp), Column("clock", ColumnType.Time), Column("name"), Column("tags", ColumnType.Json)));

    private readonly TempFolder _folder = new();
    private BackupWorld _world = null!;

    public async Task InitializeAsync() => _world = await BackupWorld.CreateAsync(Things);

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        _folder.Dispose();
    }

    [NodeFact]
    public async Task Others_read_a_backup_and_verify_it()
    {
        await _world.Database.ExecuteAsync("""
            INSERT INTO other.things VALUES (1, 123.45, 1.50, 0.5, true, '2021-11-07', '2021-11-07T02:48:42Z', '02:48:42.123456', 'Bogotá', '[1, {"a": null}]', 7, 8), (-1, -0.01, NULL, NULL, NULL, NULL, '1969-12-31T23:59:59.999999Z', NULL, NULL, NULL, 0, 0);
            INSERT INTO other.things (id, name, _landing_id, _order) SELECT i, md5(i::text), i, i FROM generate_series(2, 20000) i
            """);
        var backup = await _world.BackupAsync("things");
        await File.WriteAllBytesAsync(_folder["backup.avro"], await _world.BytesAsync(backup.Object));
        foreach (var file in Directory.GetFiles(Repository.Path("tests/Landfall.Tests/Avro/Interop"), "*.js*")) File.Copy(file, _folder[Path.GetFileName(file)]);
        await RunAsync("npm", "install", "--no-package-lock", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");

        var said = (await RunAsync("node", "interop.js", "backup", "backup.avro")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        said.ShouldContain("landfall.table=other.things");
        said.ShouldContain("landfall.contract=things");
        said.ShouldContain("landfall.rows=20001");
        said.ShouldContain("rows=20001");
        said.ShouldContain($"landfall.sha256={backup.Sha256}");
        said.ShouldContain($"sha256={backup.Sha256}");
        (await RunAsync("node", "interop.js", "read", "backup.avro")).Split('\n')[..2].ShouldBe(
        [
            """{"id":"1","price":"3039","exact":"1.50","ratio":0.5,"flag":true,"day":18938,"at":"1636253322000000","clock":"10122123456","name":"Bogotá","tags":"[1, {\"a\": null}]","_landing_id":"7","_order":"8"}""",
            """{"id":"-1","price":"ff","exact":null,"ratio":null,"flag":null,"day":null,"at":"-1","clock":null,"name":null,"tags":null,"_landing_id":"0","_order":"0"}""",
        ]);
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}: {errors}");
        return await output;
    }
}
