using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Tests.Rows;

/// <summary>Reads bytes the way a landing does, without a sink.</summary>
internal static class Binding
{
    public static Task<(List<(long Line, string Row)> Rows, List<Reject> Rejects)> BindAsync(
        byte[] bytes, IReadOnlyList<Column> columns, FileFormat? format = null, UnknownColumns unknown = UnknownColumns.Refuse, DateOnly? date = null, Section? section = null) =>
        BindAsync(new MemoryStream(bytes), columns, format, unknown, date, section);

    public static async Task<(List<(long Line, string Row)> Rows, List<Reject> Rejects)> BindAsync(
        Stream bytes, IReadOnlyList<Column> columns, FileFormat? format = null, UnknownColumns unknown = UnknownColumns.Refuse, DateOnly? date = null, Section? section = null)
    {
        var table = new Table { Schema = Identifier.Parse("test"), Name = Identifier.Parse("rows"), Write = WriteMode.Append, Columns = columns, Section = section };
        var feed = Feed.Of([table])[0];
        await using var reader = await RowReaders.OpenAsync(bytes, format ?? new(), feed, unknown, default);
        var header = await reader.ReadHeaderAsync(default);
        var writer = new RecordingRowWriter();
        var rejects = new List<Reject>();
        // As a landing does: an empty file has no header to find fault with, and no row.
        if (header is { Count: 0 }) return (writer.Rows, rejects);
        var binder = RowBinder.Create(feed, header, unknown, date);
        while (await reader.ReadAsync(default))
        {
            if (binder.Bind(reader, writer) is { } reject) rejects.Add(reject);
        }
        return (writer.Rows, rejects);
    }
}
