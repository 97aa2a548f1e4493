using System.Text.Json;
using Landfall.Cloud;
using Landfall.Rows;

namespace Landfall.Local.BigQuery.Loads;

/// <summary>A row as a JSON object, as <c>insertAll</c> and NDJSON have it, checked as BigQuery checks it.</summary>
internal sealed class JsonRow
{
    private readonly IReadOnlyList<TableField> _columns;
    private readonly Dictionary<string, int> _places = new(StringComparer.OrdinalIgnoreCase);
    private readonly JsonElement[] _values;
    private readonly bool _ignoresUnknown;

    public JsonRow(IReadOnlyList<TableField> columns, bool ignoresUnknown)
    {
        (_columns, _ignoresUnknown, _values) = (columns, ignoresUnknown, new JsonElement[columns.Count]);
        for (var i = 0; i < columns.Count; i++) _places[columns[i].Name] = i;
    }

    /// <summary>Writes the row between a Begin and an End of the caller's.</summary>
    /// <returns>Each fault with the field that has it; none when all was written.</returns>
    public IReadOnlyList<(string Field, string Fault)> Write(JsonElement row, IRowWriter rows)
    {
        if (row.ValueKind != JsonValueKind.Object) return [("", "The row is no JSON object.")];
        var faults = new List<(string, string)>();
        Array.Clear(_values);
        foreach (var member in row.EnumerateObject())
        {
            if (_places.TryGetValue(member.Name, out var place)) _values[place] = member.Value;
            else if (!_ignoresUnknown) faults.Add((member.Name, $"no such field: {member.Name}."));
        }
        for (var i = 0; i < _values.Length; i++)
        {
            if (Write(_columns[i], _values[i], rows) is { } fault) faults.Add((_columns[i].Name, fault));
        }
        return faults;
    }

    private static string? Write(TableField column, JsonElement value, IRowWriter rows)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                if (column.Required) return $"Missing required field: {column.Name}.";
                rows.Null();
                return null;
            case JsonValueKind.String:
                return CellText.Write(column, value.GetString()!, rows);
            case JsonValueKind.Object when column.Type != "JSON":
                return "This field is not a record.";
            case JsonValueKind.Array when column.Type != "JSON":
                return "Array specified for non-repeated field.";
            default:
                return CellText.Write(column, value.GetRawText(), rows);
        }
    }
}
