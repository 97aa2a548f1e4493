using System.Text;
using Landfall.Rest.Reading;
using Landfall.Rest.Routing;
using Landfall.Rest.Tables;
using Landfall.Rows;
using Npgsql;

namespace Landfall.Rest.Writing;

/// <summary>The rows that a statement has written, as it returns them: for an answer's body, and the address and ETag of one alone.</summary>
internal sealed class WrittenRows(ApiTable table, RowFormat format, bool alone)
{
    private readonly TextBuffer _text = new();
    private uint _version;
    private string? _key;

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Body => _text[0, _text.Length].ToArray();

    public int Length => _text.Length;

    public string ContentType => format.ContentType;

    /// <summary>Of the one row.</summary>
    public string Tag(bool represented) => RowTag.Of(_version, represented ? format : RowFormat.All[0]);

    /// <summary>The path of the one row, below the API's own.</summary>
    public string Path => $"/tables/{table.Name}/rows/{_key}";

    public async Task ReadAsync(NpgsqlDataReader reader)
    {
        using var writer = new RowWriter(reader, table.Columns, format, _text);
        if (!alone || format is CsvRows) format.Begin(_text, table.Columns);
        while (await reader.ReadAsync())
        {
            writer.Write(first: Count++ == 0);
            if (!alone) continue;
            _version = writer.Version();
            _key = string.Join(',', table.Key.Select(column => Uri.EscapeDataString(Value(reader, column))));
        }
        if (!alone) format.End(_text);
    }

    /// <summary>The row alone, where it has an address.</summary>
    public IEnumerable<(string, string)> Address(ApiRequest request, bool represented)
    {
        if (!alone || table.Key.Count == 0) yield break;
        yield return ("Location", $"{request.Http.Request.PathBase}{Path}");
        yield return ("ETag", Tag(represented));
    }

    private string Value(NpgsqlDataReader reader, ApiColumn column)
    {
        var place = 0;
        while (table.Columns[place] != column) place++;
        var bytes = new byte[(int)reader.GetBytes(place, 0, null, 0, 0)];
        reader.GetBytes(place, 0, bytes, 0, bytes.Length);
        var text = new TextBuffer();
        BinaryText.Write(text, column.Type, bytes);
        return Encoding.UTF8.GetString(text[0, text.Length]);
    }
}
