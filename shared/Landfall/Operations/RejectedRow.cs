using System.Text;
using System.Text.Json;
using CsvHelper;
using Landfall.Contracts;
using Landfall.Sinks;

namespace Landfall.Operations;

/// <summary>
/// Whether a rejected row of a contract is of an erased key: by the columns that hold the key in its file. Where a file's columns are named by a header, which the quarantine does not have, a cell with just the key will do.
/// A row that can not be read as its file is of the key when the key stands anywhere in it.
/// </summary>
internal sealed class RejectedRow
{
    private readonly Contract _contract;
    private readonly List<IReadOnlyList<(Column Column, int? Place, string Value)>> _keys = [];

    private RejectedRow(Contract contract) => _contract = contract;

    /// <param name="erasure">What is erased.</param>
    /// <param name="contract">The key's own contract, or one of a table that refers to it.</param>
    public static RejectedRow Of(Erasure erasure, Contract contract)
    {
        var row = new RejectedRow(contract);
        foreach (var step in erasure.Steps.Where(step => step.Contract.Id == contract.Id))
        {
            if (step.Parent is null) row._keys.Add([.. erasure.Table.Key.Select((column, i) => (column, row.Place(column), erasure.Key[i]))]);
            // Deeper ones refer by values that are gone already.
            else if (step.Parent.Parent is null && erasure.Table.Key is [var only] && only.Name == step.ParentColumn) row._keys.Add([(step.By!, row.Place(step.By!), erasure.Key[0])]);
        }
        return row;
    }

    /// <summary>Whether it is of the key.</summary>
    /// <param name="column">The column that was rejected.</param>
    /// <param name="value">Its value.</param>
    /// <param name="text">The row, as it was sent.</param>
    public bool Is(string? column, string? value, string text)
    {
        if (_keys.Count == 0) return false;
        var cells = Cells(text);
        return _keys.Any(key => key.All(part => (part.Column.Source == column && Same(value, part.Value)) || (cells is null ? KeyText.IsIn(text, part.Value) : Has(cells, part))));
    }

    /// <summary>Whether a line of a refused file may be.</summary>
    public bool IsLine(string text) => Is(null, null, text);

    private static bool Has(List<(string? Name, string? Value)> cells, (Column Column, int? Place, string Value) part) => part.Place is { } place
        ? place < cells.Count && Same(cells[place].Value, part.Value)
        : cells.Any(cell => (cell.Name is null || cell.Name == part.Column.Source) && Same(cell.Value, part.Value));

    private static bool Same(string? cell, string value) => string.Equals(cell?.Trim(), value.Trim(), StringComparison.OrdinalIgnoreCase);

    /// <summary>Where a column stands in files without a header.</summary>
    private int? Place(Column column)
    {
        if (_contract.Format is not { Type: FormatType.Csv, Header: false }) return null;
        var place = _contract.Feeds[0].Columns.ToList().FindIndex(one => one.Name == column.Name);
        return place < 0 ? null : place;
    }

    /// <summary>Null for what is no row of the contract's form. Of NDJSON with the members' names.</summary>
    private List<(string? Name, string? Value)>? Cells(string text)
    {
        if (text.TrimStart().StartsWith('{'))
        {
            try
            {
                using var json = JsonDocument.Parse(text);
                return [.. json.RootElement.EnumerateObject().Select(member => ((string?)member.Name, member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : member.Value.GetRawText()))];
            }
            catch (JsonException)
            {
                return null;
            }
        }
        if (_contract.Format.Type != FormatType.Csv) return null;
        var broken = false;
        using var csv = CsvReader.Create(
            new MemoryStream(Encoding.UTF8.GetBytes(text)), new CsvReaderOptions { HasHeader = false, Separator = _contract.Format.Delimiter, IncludeValuesInExceptions = false, OnMalformedRecord = _ => broken = true });
        return csv.Read() && !broken ? [.. Enumerable.Range(0, csv.FieldCount).Select(i => ((string?)null, (string?)csv.GetString(i)))] : null;
    }
}
