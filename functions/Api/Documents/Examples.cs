using System.Text.Json.Nodes;
using Landfall.Contracts;
using Landfall.Rest.Tables;

namespace Landfall.Rest.Documents;

/// <summary>Values that the rules of a contract let pass, for people who try.</summary>
internal static class Examples
{
    /// <summary>What texts with a pattern often are; the first that keeps the rules is taken.</summary>
    private static readonly string[] Texts =
    [
        "text", "LA", "EUR", "A", "a", "ana@example.com", "00501", "12345", "1", "12", "123", "1234", "123456", "ab", "abc", "ABCD", "A1", "AB12", "2024-01-05", "https://example.com/a", "+15550100", "555-0100", "a longer text",
    ];

    /// <summary>A row as the API shows it.</summary>
    public static JsonObject Row(ApiTable table)
    {
        var row = new JsonObject();
        foreach (var column in table.Columns) row[column.Name] = Value(column.Column);
        return row;
    }

    /// <summary>A value as JSON has it.</summary>
    public static JsonNode? Value(Column column) => column.Type switch
    {
        ColumnType.Text => Text(column),
        ColumnType.Int64 => (long)Number(column, 1),
        ColumnType.Numeric => Number(column, column.Scale is 0 ? 12 : 12.5m),
        ColumnType.Double => (double)Number(column, 1.5m),
        ColumnType.Boolean => true,
        ColumnType.Date => "2024-01-05",
        ColumnType.Timestamp => "2024-01-05T06:07:08Z",
        ColumnType.Time => "06:07:08",
        _ => new JsonObject { ["a"] = 1 },
    };

    /// <summary>The parameter that filters by a column.</summary>
    public static JsonObject Filter(ApiColumn column)
    {
        var operation = column.Type switch { ColumnType.Date or ColumnType.Timestamp or ColumnType.Time => "gte", ColumnType.Json => "neq", _ => "eq" };
        return Operation.Parameter("query", column.Name, column.Column.Description ?? $"Filters by {column.Name}.", new() { ["type"] = "string" }, $"{operation}.{Plain(column.Column)}");
    }

    /// <summary>The parameter that is a row's key.</summary>
    public static JsonObject Key(ApiTable table) => Operation.Parameter(
        "path", "key", $"{string.Join(',', table.Key.Select(column => column.Name))}{(table.Key.Count > 1 ? ": values with commas between them; one within a value is %2C" : "")}",
        new() { ["type"] = "string" }, string.Join(',', table.Key.Select(column => Plain(column.Column))));

    private static string Plain(Column column) => Value(column) is { } value ? value.GetValueKind() == System.Text.Json.JsonValueKind.String ? (string)value! : value.ToJsonString() : "";

    private static string Text(Column column)
    {
        foreach (var text in Texts)
        {
            if ((column.MaxLength ?? 100) >= text.Length && (column.MinLength ?? 0) <= text.Length && column.Pattern?.IsMatch(text) != false) return Padded(column, text);
        }
        return Padded(column, Texts[0]);
    }

    private static string Padded(Column column, string text) => column.Pad is { } pad ? text.PadLeft(pad.Length, pad.Fill) : text;

    /// <summary>The number, or the next whole one within its bounds.</summary>
    private static decimal Number(Column column, decimal number)
    {
        if (column.Minimum is { } least && (number < least.Value || (least.Exclusive && number == least.Value))) number = decimal.Ceiling(least.Value) + 1;
        if (column.Maximum is { } most && (number > most.Value || (most.Exclusive && number == most.Value))) number = decimal.Floor(most.Value) - (most.Exclusive ? 1 : 0);
        return number;
    }
}
