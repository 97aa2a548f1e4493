using System.Buffers;
using System.Text;
using Landfall.Contracts;
using Landfall.Rest.Tables;
using Landfall.Rows;

namespace Landfall.Rest.Reading;

/// <summary>RFC 4180, with a header. NULL is an empty cell and an empty text a quoted one.</summary>
internal sealed class CsvRows : RowFormat
{
    private static readonly SearchValues<byte> Special = SearchValues.Create(",\"\r\n"u8);

    public override string MediaType => "text/csv";

    public override string ContentType => "text/csv; charset=utf-8; header=present";

    public override string Suffix => "-c";

    public override void Begin(TextBuffer text, IReadOnlyList<ApiColumn> columns) => text.Add(Encoding.UTF8.GetBytes(string.Join(',', columns.Select(column => column.Name)) + "\r\n"));

    public override void BeginRow(TextBuffer text, bool first)
    {
    }

    public override void Value(TextBuffer text, int place, ApiColumn column, ReadOnlySpan<byte> value)
    {
        if (place > 0) text.Add((byte)',');
        if (column.Type == ColumnType.Json) Text(text, value[1..]);
        else if (column.Type == ColumnType.Text) Text(text, value);
        else BinaryText.Write(text, column.Type, value);
    }

    public override void Null(TextBuffer text, int place, ApiColumn column)
    {
        if (place > 0) text.Add((byte)',');
    }

    public override void EndRow(TextBuffer text) => text.Add("\r\n"u8);

    public override void End(TextBuffer text)
    {
    }

    private static void Text(TextBuffer text, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty && !value.ContainsAny(Special))
        {
            text.Add(value);
            return;
        }
        text.Add((byte)'"');
        for (var quote = value.IndexOf((byte)'"'); quote >= 0; quote = value.IndexOf((byte)'"'))
        {
            text.Add(value[..(quote + 1)]);
            text.Add((byte)'"');
            value = value[(quote + 1)..];
        }
        text.Add(value);
        text.Add((byte)'"');
    }
}
