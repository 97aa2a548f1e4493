using Landfall.Contracts;
using Npgsql;

namespace Landfall.Tests.Faults;

/// <summary>What stands in tables and ledgers, of both warehouses: the local BigQuery keeps its own in Postgres.</summary>
internal sealed class HarnessTables(NpgsqlDataSource database)
{
    public async Task<List<LedgerRow>> LedgerAsync(HarnessContract contract)
    {
        var rows = new List<LedgerRow>();
        await using var command = database.CreateCommand(
            $"SELECT identity, outcome, rows_read, rows_landed, rows_rejected, rows_collapsed, rejects FROM {contract.Ledger} WHERE contract = '{contract.Id}' AND landing_id <> 0");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(new(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.IsDBNull(6) ? null : reader.GetString(6)));
        return rows;
    }

    /// <summary>What is wrong with a ledger and its table, at most some of each kind.</summary>
    public async Task<List<string>> FaultsAsync(HarnessContract contract, HarnessModel model)
    {
        List<string> faults = [.. model.Faults((await LedgerAsync(contract)).ToLookup(row => row.Identity)).Take(10)];
        var found = (await RowsAsync(contract)).CountBy(row => row).ToDictionary();
        var right = model.Rows().CountBy(row => row).ToDictionary();
        var (extra, missing) = (Beyond(found, right), Beyond(right, found));
        faults.AddRange(extra.Take(5).Select(row => $"{contract.Id}: extra {row}").Concat(missing.Take(5).Select(row => $"{contract.Id}: missing {row}")));
        if (extra.Count + missing.Count > 0) faults.Add($"{contract.Id}: {extra.Count} rows extra or wrong, {missing.Count} missing");
        return faults;
    }

    private static List<string> Beyond(Dictionary<string, int> these, Dictionary<string, int> those) => [.. these.Where(row => row.Value > those.GetValueOrDefault(row.Key)).Select(row => row.Key)];

    private async Task<List<string>> RowsAsync(HarnessContract contract)
    {
        var landing = contract.Write == WriteMode.Replace ? "" : " || '|' || _landing_id";
        var rows = new List<string>();
        await using var command = database.CreateCommand($"SELECT n || '|' || text || '|' || to_char(day, 'YYYY-MM-DD'){landing} FROM {contract.Table}");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add(reader.GetString(0));
        return rows;
    }
}
