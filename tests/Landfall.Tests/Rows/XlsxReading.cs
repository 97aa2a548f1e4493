using System.Text;
using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Tests.Rows;

/// <summary>A workbook's rows as text, and what stands with them.</summary>
internal static class XlsxReading
{
    public sealed record Row(long Line, long Position, string? Place, string Cells, string Raw, Malformation? Malformed);

    public static Feed Feed(Section? section, params Column[] columns) =>
        Landfall.Contracts.Feed.Of([new Table { Schema = Identifier.Parse("test"), Name = Identifier.Parse("rows"), Write = WriteMode.Append, Columns = columns, Section = section }])[0];

    public static async Task<(IReadOnlyList<string>? Header, List<Row> Rows)> ReadAsync(byte[] bytes, Section? section, params Column[] columns)
    {
        await using var reader = await RowReaders.OpenAsync(new Forward(bytes), new FileFormat { Type = FormatType.Xlsx }, Feed(section, columns), UnknownColumns.Refuse, default);
        var header = await reader.ReadHeaderAsync(default);
        var rows = new List<Row>();
        while (await reader.ReadAsync(default))
        {
            var cells = new string[reader.Count];
            for (var i = 0; i < cells.Length; i++) cells[i] = Encoding.UTF8.GetString(reader.Cell(i));
            rows.Add(new(reader.Line, reader.Position, reader.Place, string.Join('|', cells), Encoding.UTF8.GetString(reader.Raw), reader.Malformed));
        }
        return (header, rows);
    }

    /// <summary>As the network gives bytes: piecemeal, and once.</summary>
    private sealed class Forward(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(buffer.Length, 1000)], cancellationToken);
    }
}
