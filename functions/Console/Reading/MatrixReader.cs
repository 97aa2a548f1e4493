using System.Globalization;
using Landfall.Web.Pages;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Hosting.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Landfall.Web.Reading;

/// <summary>A cross table (<c>unpivot</c>) of Postgres, put together again.</summary>
internal sealed class MatrixReader(ContractSet contracts, Questions questions, IServiceProvider services)
{
    /// <summary>Labels drawn at most, cells read, and characters of each.</summary>
    private const int Most = 120, MostCells = 200_000, MostText = 100;

    /// <summary>The contract's cross table with its three columns; null for none.</summary>
    public static (Table Table, Column Row, Column Column, Column Cell)? TableOf(Contract contract)
    {
        if (contract.Sink != SinkKind.Postgres) return null;
        foreach (var table in contract.Tables.Where(table => table.Section?.Unpivot is not null))
        {
            var (row, column, cell) = (Reads(table, Unpivot.Row), Reads(table, Unpivot.Column), Reads(table, Unpivot.Cell));
            if (row is not null && column is not null && cell is not null) return (table, row, column, cell);
        }
        return null;
    }

    public async Task<Sheet> ReadAsync(PageRequest page, string id)
    {
        var contract = contracts.Find(id, page.Caller);
        if (TableOf(contract) is not var (table, row, column, cell) || !page.Caller.HasOneOf(TableRoles.Readers(contract, table)) || services.GetService<NpgsqlDataSource>() is not { } database)
            throw new ProblemException(StatusCodes.Status404NotFound, $"{contract.Id} has no cross table that you may read", "a contract has one by 'unpivot'");
        List<(string Row, string Column, string Cell)> cells = [];
        try
        {
            cells = await questions.AskAsync(token => CellsAsync(database, table, row, column, cell, token), page.Cancellation);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            // Nothing has landed yet.
        }
        catch (Exception e) when (!page.Cancellation.IsCancellationRequested && e is NpgsqlException or OperationCanceledException)
        {
            throw new ProblemException(StatusCodes.Status503ServiceUnavailable, $"The warehouse of {contract.Id} does not answer", "try again in a moment", e) { Headers = [("Retry-After", "5")] };
        }
        var labels = cells.SelectMany(one => (string[])[one.Row, one.Column]).Distinct().OrderBy(Number).ThenBy(label => label, StringComparer.Ordinal).ToList();
        var shown = labels.Take(Most).Index().ToDictionary(label => label.Item, label => label.Index);
        var map = new Dictionary<(int, int), string>();
        foreach (var one in cells.Where(one => shown.ContainsKey(one.Row) && shown.ContainsKey(one.Column))) map[(shown[one.Row], shown[one.Column])] = one.Cell;
        return Sheet.Of<Matrix, MatrixModel>($"{contract.Name ?? contract.Id.Name}, as a matrix", page.Links.Matrix(contract.Id), new(contract, table, [.. shown.Keys], map, labels.Count, Most));
    }

    private static async Task<List<(string, string, string)>> CellsAsync(NpgsqlDataSource database, Table table, Column row, Column column, Column cell, CancellationToken cancellationToken)
    {
        var cells = new List<(string, string, string)>();
        // A table without that key may have a cell twice: then it says both.
        await using var command = database.CreateCommand(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT {row.Name.Quoted}::text, {column.Name.Quoted}::text, coalesce(string_agg(DISTINCT left({cell.Name.Quoted}::text, {MostText}), ', '), '') FROM {table.Quoted}
            WHERE {row.Name.Quoted} IS NOT NULL AND {column.Name.Quoted} IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2 LIMIT {MostCells}
            """));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) cells.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return cells;
    }

    private static decimal Number(string label) => decimal.TryParse(label, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : decimal.MaxValue;

    private static Column? Reads(Table table, string source) => table.Columns.FirstOrDefault(column => column.Source == source);
}
