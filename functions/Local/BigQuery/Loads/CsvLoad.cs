using System.Text;
using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Sinks.Postgres;

namespace Landfall.Local.BigQuery.Loads;

/// <summary>CSV as BigQuery loads it: columns by position; an empty cell is NULL.</summary>
internal sealed class CsvLoad
{
    private readonly char _delimiter;
    private readonly long _skipped;
    private readonly byte[] _null;
    private readonly bool _lineBreaks;
    private readonly bool _jagged;
    private readonly bool _ignoresMore;

    /// <exception cref="BigQueryFault">An option is not known here.</exception>
    public CsvLoad(JsonObject load)
    {
        if ((string?)load["quote"] is not (null or "\"") and var quote) throw BigQueryFault.NotSupported($"The quote {quote}");
        var delimiter = (string?)load["fieldDelimiter"] switch { null or "" => ",", "\\t" or "tab" => "\t", var other => other };
        if (delimiter.Length != 1 || !char.IsAscii(delimiter[0])) throw BigQueryFault.NotSupported($"The delimiter {delimiter}");
        _delimiter = delimiter[0];
        _skipped = load["skipLeadingRows"] is { } skipped ? long.Parse(skipped.ToString()) : 0;
        _null = Encoding.UTF8.GetBytes((string?)load["nullMarker"] ?? "");
        _lineBreaks = (bool?)load["allowQuotedNewlines"] is true;
        _jagged = (bool?)load["allowJaggedRows"] is true;
        _ignoresMore = (bool?)load["ignoreUnknownValues"] is true;
    }

    public async Task ReadAsync(Stream file, IReadOnlyList<TableField> columns, PgCopyWriter copy, BadRows bad, CancellationToken cancellationToken)
    {
        await using var csv = new CsvRowReader(file, new FileFormat { Delimiter = _delimiter, Header = false });
        await csv.ReadHeaderAsync(cancellationToken);
        for (var row = 1L; await csv.ReadAsync(cancellationToken); row++)
        {
            if (row <= _skipped) continue;
            copy.Begin(row);
            if (Write(csv, columns, copy) is { } fault)
            {
                copy.Abandon();
                bad.Add(row, fault);
                continue;
            }
            copy.End();
            if (copy.Full) await copy.FlushAsync(cancellationToken);
        }
    }

    private string? Write(CsvRowReader csv, IReadOnlyList<TableField> columns, PgCopyWriter copy)
    {
        if (csv.Malformed is { } malformed) return malformed.Reason;
        if (!csv.IsText) return "Bad character: the row is not UTF-8 without NUL";
        if (!_lineBreaks && csv.Raw.ContainsAny((byte)'\n', (byte)'\r')) return "Missing close quote character (\"): a quoted cell has a line break; see allowQuotedNewlines";
        if (csv.Count > columns.Count && !_ignoresMore) return $"Too many values in row: expected {columns.Count} column(s) but got {csv.Count}";
        if (csv.Count < columns.Count && !_jagged) return $"Too few values in row: expected {columns.Count} column(s) but got {csv.Count}";
        for (var i = 0; i < columns.Count; i++)
        {
            var column = columns[i];
            var cell = i < csv.Count ? csv.Cell(i) : _null;
            if (cell.SequenceEqual(_null) || (cell.IsEmpty && column.Type is not ("STRING" or "BYTES")))
            {
                if (column.Required) return $"Required column value for column index: {i} is missing; field: {column.Name}";
                copy.Null();
            }
            else if (column.Type == "STRING")
            {
                copy.Utf8(cell);
            }
            else if (CellText.Write(column, Encoding.UTF8.GetString(cell), copy) is { } fault)
            {
                return $"Could not parse '{Encoding.UTF8.GetString(cell)}' as {column.Type} for field {column.Name} (position {i}): {fault}";
            }
        }
        return null;
    }
}
