using Landfall.Contracts;
using Landfall.Rest.Tables;
using Landfall.Rows;

namespace Landfall.Rest.Reading;

/// <summary>An array of objects; one row alone is an object. Numbers are numbers, with all their digits, JSON is JSON, and what JSON has no word for is a string.</summary>
internal class JsonRows : RowFormat
{
    public override string MediaType => "application/json";

    public override void Begin(TextBuffer text, IReadOnlyList<ApiColumn> columns) => text.Add((byte)'[');

    public override void BeginRow(TextBuffer text, bool first) => text.Add(first ? "{"u8 : ",\n{"u8);

    public override void Value(TextBuffer text, int place, ApiColumn column, ReadOnlySpan<byte> value)
    {
        Name(text, place, column);
        if (column.Type == ColumnType.Text)
        {
            text.Quote(value);
        }
        else if (column.Type is ColumnType.Date or ColumnType.Timestamp or ColumnType.Time || BinaryText.IsNoNumber(column.Type, value))
        {
            text.Add((byte)'"');
            BinaryText.Write(text, column.Type, value);
            text.Add((byte)'"');
        }
        else
        {
            BinaryText.Write(text, column.Type, value);
        }
    }

    public override void Null(TextBuffer text, int place, ApiColumn column)
    {
        Name(text, place, column);
        text.Add("null"u8);
    }

    public override void EndRow(TextBuffer text) => text.Add((byte)'}');

    public override void End(TextBuffer text) => text.Add((byte)']');

    private static void Name(TextBuffer text, int place, ApiColumn column)
    {
        if (place > 0) text.Add((byte)',');
        text.Add(column.JsonName);
    }
}
