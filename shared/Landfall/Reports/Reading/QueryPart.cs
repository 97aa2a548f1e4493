using System.Text;
using Landfall.Contracts;
using Landfall.Contracts.Reading;

namespace Landfall.Reports.Reading;

/// <summary>A report's query: checked as far as that is possible without a database, and written as Postgres takes it.</summary>
internal static class QueryPart
{
    private const string Path = "query";

    /// <param name="text">The file.</param>
    /// <param name="at">Where the query begins in it.</param>
    /// <param name="parameters">Those that the header names.</param>
    /// <param name="draft">Takes the tables and the query.</param>
    public static void Read(string text, int at, string file, ContractSet contracts, IReadOnlyList<string> parameters, FaultLog faults, ReportDraft draft)
    {
        var isWhole = true;
        var tokens = SqlLexer.Read(text, at, (place, what, hint) =>
        {
            isWhole = false;
            Fault(place, what, hint);
        });
        if (isWhole && tokens.Count == 0)
        {
            Fault(at, "is missing", "Write one SELECT below the header");
            return;
        }
        // Behind what could not be read there is more of everything.
        if (isWhole) QueryShape.Check(tokens, Fault);
        var tables = new Dictionary<string, ReportTable>();
        var used = new HashSet<string>();
        var sql = new StringBuilder();
        foreach (var token in tokens)
        {
            sql.Append(text, at, token.Start - at);
            at = token.End;
            if (token.Kind == SqlTokenKind.Table)
            {
                if (!tables.TryGetValue(token.Text, out var table) && Table(token, contracts, Fault) is { } found) tables[token.Text] = table = found;
                sql.Append(table?.Table.Quoted);
            }
            else if (token.Kind == SqlTokenKind.Parameter)
            {
                var number = parameters.ToList().IndexOf(token.Text) + 1;
                if (number == 0 && used.Add(token.Text)) Fault(token.Start, $"asks for the parameter @{token.Text}, which the header does not have", Spelling.Hint(token.Text, parameters) ?? "Add it to 'parameters'");
                used.Add(token.Text);
                sql.Append('$').Append(number);
            }
            else
            {
                sql.Append(token.Text);
            }
        }
        sql.Append(text, at, text.Length - at);
        foreach (var unused in parameters.Where(name => isWhole && !used.Contains(name)).Distinct())
            Fault(tokens[0].Start, $"does not ask for the parameter '{unused}'", $"Write @{unused} where its value stands, or remove it from the header");
        if (isWhole && !tokens.Any(token => token.Kind == SqlTokenKind.Table)) Fault(tokens[0].Start, "reads no table", "A contract's table is written ${<the contract's id>}");
        draft.Tables = [.. tables.Values.DistinctBy(table => table.Table)];
        draft.Sql = sql.ToString().Trim();

        void Fault(int place, string what, string? hint = null) => faults.Add(file, text.AsSpan(0, Math.Min(place, text.Length)).Count('\n') + 1, Path, what, hint);
    }

    /// <summary>The table that <c>${people}</c> or <c>${people.departments}</c> means: a contract's only one, or one of several.</summary>
    private static ReportTable? Table(SqlToken token, ContractSet contracts, Action<int, string, string?> fault)
    {
        var parts = token.Text.Split('.', 2);
        if (contracts.All.FirstOrDefault(known => known.Id.Name == parts[0]) is not { } contract)
        {
            fault(token.Start, $"reads {Spelling.Shown($"${{{token.Text}}}")}, and there is no such contract", Spelling.Hint(parts[0], [.. contracts.All.Select(known => known.Id.Name)]));
            return null;
        }
        var called = contract.Tables.Select(table => $"${{{contract.Id}.{table.Called}}}").ToArray();
        if (contract.Sink != SinkKind.Postgres) fault(token.Start, $"reads ${{{token.Text}}}, which lands in BigQuery; reports are asked of Postgres", "There it can be a view, or a scheduled query");
        else if (parts.Length == 1 && contract.Tables is [var only]) return new(contract, only);
        else if (parts.Length == 1) fault(token.Start, $"reads ${{{token.Text}}}, which has several tables", $"Write {Spelling.Or(called)}");
        else if (contract.Tables.FirstOrDefault(table => table.Called == parts[1]) is { } table) return new(contract, table);
        else fault(token.Start, $"reads {Spelling.Shown($"${{{token.Text}}}")}, and the contract has no such table", $"There is: {string.Join(", ", called)}");
        return null;
    }
}
