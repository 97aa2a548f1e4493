using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Landings.Drafts;

/// <summary>What the first rows of a file say about all of it.</summary>
/// <param name="Format">How it is written.</param>
/// <param name="Columns">In the order of the file.</param>
/// <param name="Rows">Rows looked at.</param>
internal sealed record DraftSample(FileFormat Format, IReadOnlyList<DraftColumn> Columns, int Rows)
{
    /// <summary>Rows that are looked at.</summary>
    private const int MaxRows = 10_000;

    private const int StartBytes = 64 * 1024;

    private static readonly char[] Delimiters = [',', ';', '\t', '|'];

    /// <param name="name">The file's, which says its format.</param>
    /// <param name="open">The file from its first byte.</param>
    /// <exception cref="RejectException">It can not be read, or holds no row.</exception>
    public static async Task<DraftSample> ReadAsync(string name, Func<Stream> open, CancellationToken cancellationToken)
    {
        var stem = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        var type = Path.GetExtension(stem).ToLowerInvariant() switch { ".ndjson" or ".jsonl" or ".json" => FormatType.Ndjson, ".xlsx" => FormatType.Xlsx, ".avro" => FormatType.Avro, _ => FormatType.Csv };
        if (type == FormatType.Ndjson) return await ReadLinesAsync(open, cancellationToken).ConfigureAwait(false);
        var format = type == FormatType.Csv ? await CsvAsync(open, cancellationToken).ConfigureAwait(false) : new FileFormat { Type = type };
        return await ReadAsync(format, [], open, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<DraftSample> ReadAsync(FileFormat format, List<(string Name, bool IsJson)> members, Func<Stream> open, CancellationToken cancellationToken)
    {
        var names = members.Count > 0 ? members : [(Column.DateSource, false)];
        var table = new Table
        {
            Schema = Identifier.Parse("draft"),
            Name = Identifier.Parse("draft"),
            Write = WriteMode.Append,
            Section = format.Type == FormatType.Xlsx ? new Section() : null,
            Columns = [.. names.Select((member, i) => new Column { Name = Identifier.Parse($"c{i}"), Type = member.IsJson ? ColumnType.Json : ColumnType.Text, Source = member.Name })],
        };
        var stream = open();
        // Of a record every field is wanted, and which they are its file says.
        var reader = format.Type == FormatType.Avro ? new AvroRowReader(stream) : await RowReaders.OpenAsync(stream, format, Feed.Of([table])[0], UnknownColumns.Discard, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            var header = await reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
            var columns = members.Count > 0 ? [.. members.Select(member => new DraftColumn(member.Name, member.IsJson))] : header?.Select(column => new DraftColumn(column.Trim(), false)).ToList() ?? [];
            var rows = 0;
            for (; rows < MaxRows && await reader.ReadAsync(cancellationToken).ConfigureAwait(false); rows++)
            {
                if (header is null && members.Count == 0 && rows == 0) columns.AddRange(Enumerable.Range(1, reader.Count).Select(i => new DraftColumn($"column_{i}", false)));
                if (reader.Malformed is not null || reader.Count != columns.Count) continue;
                for (var i = 0; i < columns.Count; i++) columns[i].Add(reader.Cell(i));
            }
            if (columns.Count == 0 || rows == 0) throw new RejectException("the file holds no row, from which a contract could be drafted", "take a sample with some rows");
            return new(format, columns, rows);
        }
    }

    /// <summary>The members of the first objects, in the order in which they come.</summary>
    private static async Task<DraftSample> ReadLinesAsync(Func<Stream> open, CancellationToken cancellationToken)
    {
        var members = new List<(string Name, bool IsJson)>();
        var start = await StartAsync(open, 16 * StartBytes, cancellationToken).ConfigureAwait(false);
        foreach (var line in Encoding.UTF8.GetString(start).Split('\n').Where(line => line.TrimStart().StartsWith('{')))
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                foreach (var member in json.RootElement.EnumerateObject())
                {
                    var isJson = member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array;
                    var known = members.FindIndex(m => m.Name == member.Name);
                    if (known < 0) members.Add((member.Name, isJson));
                    else if (isJson) members[known] = (member.Name, true);
                }
            }
            catch (JsonException)
            {
                // A broken line, or the last one of the part that was looked at.
            }
        }
        if (members.Count == 0) throw new RejectException("the file holds no JSON object, from which a contract could be drafted", "NDJSON has one object a line");
        return await ReadAsync(new FileFormat { Type = FormatType.Ndjson }, members, open, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Delimiter, header and encoding of a CSV file, by its first lines.</summary>
    private static async Task<FileFormat> CsvAsync(Func<Stream> open, CancellationToken cancellationToken)
    {
        var start = await StartAsync(open, StartBytes, cancellationToken).ConfigureAwait(false);
        var format = new FileFormat { Encoding = start switch { [0xFF, 0xFE, ..] => "utf-16", [0xFE, 0xFF, ..] => "utf-16be", _ => IsUtf8(start) ? TextEncodings.Utf8 : "windows-1252" } };
        var text = format.Encoding switch { "utf-16" => Encoding.Unicode, "utf-16be" => Encoding.BigEndianUnicode, _ => Encoding.UTF8 };
        var first = text.GetString(start).TrimStart('\uFEFF').Split('\n')[0].Trim('\r');
        var outside = string.Concat(first.Split('"').Where((_, i) => i % 2 == 0));
        var delimiter = Delimiters.MaxBy(candidate => outside.Count(c => c == candidate));
        var cells = first.Split(delimiter).Select(cell => cell.Trim().Trim('"')).ToList();
        // Names are words, and each another; a row has a number somewhere, a date, or nothing.
        var isHeader = cells.TrueForAll(cell => cell.Length > 0 && !char.IsAsciiDigit(cell[0]) && !cell.Contains('@', StringComparison.Ordinal)) && cells.Distinct().Count() == cells.Count;
        return format with { Delimiter = delimiter, Header = isHeader };
    }

    private static bool IsUtf8(byte[] start)
    {
        // The last character may be cut.
        for (var cut = 0; cut < 4 && cut <= start.Length; cut++)
        {
            if (Utf8.IsValid(start.AsSpan(0, start.Length - cut))) return true;
        }
        return false;
    }

    private static async Task<byte[]> StartAsync(Func<Stream> open, int length, CancellationToken cancellationToken)
    {
        var stream = open();
        await using (stream.ConfigureAwait(false))
        {
            var start = new byte[length];
            var read = await stream.ReadAtLeastAsync(start, length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (!FileStart.IsGzip(start.AsSpan(0, read).ToArray())) return start[..read];
        }
        var packed = new GunzipStream(open());
        await using (packed.ConfigureAwait(false))
        {
            var start = new byte[length];
            return start[..await packed.ReadAtLeastAsync(start, length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)];
        }
    }
}
