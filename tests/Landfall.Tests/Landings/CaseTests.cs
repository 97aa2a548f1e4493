using System.Text;
using Landfall.Contracts;
using Landfall.Landings;
using Landfall.Sinks;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Landings;

/// <summary>
/// Each folder of <c>Cases/</c> is a test: <c>about.txt</c> says what it proves; <c>drops/</c> holds files, landed in the order of their leading numbers
/// (<c>01 drop-zone/people/people_20240105.csv</c>, slashes written as <c>__</c>); <c>contracts/</c>, when there, stands in for the repository's own;
/// <c>expected.txt</c> is everything a producer or an analyst then sees, whichever warehouse the rows land in. With LANDFALL_APPROVE set, what came out is written there, for a person to read.
/// </summary>
public sealed class CaseTests
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Cases");

    public static TheoryData<string, SinkKind> Cases()
    {
        var cases = new TheoryData<string, SinkKind>();
        foreach (var folder in Directory.EnumerateDirectories(Root).Order(StringComparer.Ordinal))
        {
            foreach (var kind in Enum.GetValues<SinkKind>()) cases.Add(Path.GetFileName(folder), kind);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case(string name, SinkKind kind)
    {
        var folder = Path.Combine(Root, name);
        File.ReadAllText(Path.Combine(folder, "about.txt")).ShouldNotBeNullOrWhiteSpace();
        var contracts = Path.Combine(folder, "contracts");
        await using var world = await LandingWorld.CreateAsync(Directory.Exists(contracts) ? contracts : Path.Combine(AppContext.BaseDirectory, "contracts"), kind);
        var seen = new StringBuilder();
        foreach (var drop in Directory.EnumerateFiles(Path.Combine(folder, "drops")).Order(StringComparer.Ordinal)) await DropAsync(world, drop, seen);
        await TablesAsync(world, seen);
        foreach (var contract in world.Contracts.All.Where(contract => contract.Sink == kind)) (await ((IReconciledSink)world.Sink).FindUnbalancedAsync(contract, DateTimeOffset.UnixEpoch, default)).ShouldBeEmpty();

        var expected = Path.Combine(folder, "expected.txt");
        if (Environment.GetEnvironmentVariable("LANDFALL_APPROVE") is { Length: > 0 } source && kind == SinkKind.Postgres) await File.WriteAllTextAsync(Path.Combine(source, "Cases", name, "expected.txt"), seen.ToString());
        else seen.ToString().ShouldBe(File.Exists(expected) ? await File.ReadAllTextAsync(expected) : "");
    }

    private static async Task DropAsync(LandingWorld world, string file, StringBuilder seen)
    {
        var path = Path.GetFileName(file).Split(' ', 2)[1].Replace("__", "/", StringComparison.Ordinal);
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var data = await world.DropAsync(path[..slash], path[(slash + 1)..], await File.ReadAllBytesAsync(file));
        seen.Append($"== {Path.GetFileName(file).Split(' ')[0]} {path}\n");
        try
        {
            var receipt = await world.Lander.LandAsync(data, default);
            await ReceiptAsync(world, receipt, seen);
        }
        catch (RetryException retry)
        {
            seen.Append($"retry: {retry.Message}. {retry.Hint}\n");
        }
        seen.Append('\n');
    }

    private static async Task ReceiptAsync(LandingWorld world, Receipt receipt, StringBuilder seen)
    {
        seen.Append($"{receipt.Outcome}{(receipt.Reason is null ? "" : $": {receipt.Reason}")}\n");
        if (receipt.Hint is not null) seen.Append($"hint: {receipt.Hint}\n");
        if (receipt.Rows is { } rows) seen.Append($"read {rows.Read}, landed {rows.Landed}, rejected {rows.Rejected}, collapsed {rows.Collapsed}\n");
        foreach (var table in receipt.Tables ?? [])
        {
            var followed = table.Added is null ? "" : $" ({table.Added} added, {table.Changed} changed, {table.Removed} removed)";
            seen.Append($"into {table.Table}: {table.Rows}{followed}{(table.Older > 0 ? $", {table.Older} left as they are newer" : "")}\n");
        }
        foreach (var finding in receipt.Findings ?? []) seen.Append($"finding in {finding.Table}: {finding.Rule} {finding.Message}\n");
        if (receipt.Rejects is not null) foreach (var part in await world.PartsAsync(receipt.Rejects)) seen.Append(Encoding.UTF8.GetString(await world.ReadAsync(part)).ReplaceLineEndings("\n"));
    }

    /// <summary>All tables with a <c>_landing_id</c>, by name, rows by their values.</summary>
    private static async Task TablesAsync(LandingWorld world, StringBuilder seen)
    {
        var tables = await RowsAsync(world, "SELECT table_schema || '.' || table_name FROM information_schema.columns WHERE column_name = '_landing_id' AND table_schema NOT LIKE '%landfall%' ORDER BY 1");
        foreach (var table in tables)
        {
            var columns = string.Join(", ", await RowsAsync(world, $"SELECT quote_ident(column_name) FROM information_schema.columns WHERE table_schema || '.' || table_name = '{table}' AND column_name NOT LIKE '\\_%' ORDER BY ordinal_position"));
            seen.Append($"-- {(table.StartsWith("bq_", StringComparison.Ordinal) ? table[3..] : table)} ({columns})\n");
            foreach (var row in await RowsAsync(world, $"SELECT concat_ws(' | ', {string.Join(", ", columns.Split(", ").Select(c => $"coalesce({c}::text, '∅')"))}) FROM {table} ORDER BY {columns}")) seen.Append($"{row}\n");
        }
    }

    private static async Task<List<string>> RowsAsync(LandingWorld world, string sql)
    {
        var rows = new List<string>();
        await using var connection = await world.Database.DataSource.OpenConnectionAsync();
        await using var zone = new NpgsqlCommand("SET TIME ZONE 'UTC'", connection);
        await zone.ExecuteNonQueryAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add(reader.GetString(0));
        return rows;
    }
}
