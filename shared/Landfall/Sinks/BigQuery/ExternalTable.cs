using System.Globalization;
using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>A table whose rows stay in the contract's files. It holds nothing, so that it may be changed in any way, and made anew at any time.</summary>
internal static class ExternalTable
{
    public static TableResource Resource(Contract contract, Table table, ExternalPlace place) => new(BigQueryNames.Of(table))
    {
        // Avro's files bring their columns along, and BigQuery takes no others. Nowhere is a value required: a row without it is in quarantine, but stays in its file, and no query may fail by it.
        Fields = contract.Format.Type == FormatType.Avro ? [] : [.. table.Columns.Select(column => BigQueryTypes.Field(column) with { Required = false })],
        Description = table.Description,
        Labels = BigQueryNames.Labels(contract),
        External = new(Format(contract.Format.Type), $"gs://{place.BucketPrefix}{contract.Object!.Wildcard}")
        {
            IsGzip = contract.Object.IsCompressed,
            IgnoresUnknown = contract.Format.Type != FormatType.Avro && contract.UnknownColumns == UnknownColumns.Discard,
            SkippedRows = contract.Format is { Type: FormatType.Csv, Header: true } ? 1 : 0,
            Delimiter = $"{contract.Format.Delimiter}",
            Encoding = ExternalEncoding.Of(contract.Format)!,
            Connection = place.Connection,
        },
    };

    /// <summary>What lies between a table that stands and its contract, where one of the two is external.</summary>
    public static TableChanges Changes(TableResource standing, TableResource wanted)
    {
        var name = BigQueryNames.Quoted(wanted.Name);
        if (wanted.External is not { } files) return new(null, [("its rows are those of files: it is an external table", $"DROP EXTERNAL TABLE {name}; and drop or replay the files, whose rows then land")]);
        if (standing.External is not { } found) return new(null, [("it has rows of its own, and the contract's stay in their files (physicalType: external)", $"DROP TABLE {name}, with its rows")]);

        var fields = wanted.Fields.Select(field => field with { PolicyTags = standing.Fields.FirstOrDefault(other => other.Name == field.Name)?.PolicyTags ?? [] }).ToList();
        var labels = standing.Labels.Concat(wanted.Labels).GroupBy(label => label.Key).ToDictionary(label => label.Key, label => label.Last().Value);
        var same = found.Is(files) && (fields.Count == 0 || Words(fields).SequenceEqual(Words(standing.Fields))) && standing.Description == wanted.Description
            && wanted.Labels.All(label => standing.Labels.GetValueOrDefault(label.Key) == label.Value);
        return new(same ? null : standing with { Fields = fields, Description = wanted.Description, Labels = labels, External = files }, []);
    }

    /// <summary>The table in GoogleSQL (https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#create_external_table_statement).</summary>
    public static string Statement(TableResource table)
    {
        var columns = table.Fields.Count == 0 ? "" : $" (\n  {string.Join(",\n  ", table.Fields.Select(BigQueryScript.Column))}\n)";
        var connection = table.External!.Connection is { } known ? $"\nWITH CONNECTION `{known}`" : "";
        return $"CREATE OR REPLACE EXTERNAL TABLE {BigQueryNames.Quoted(table.Name)}{columns}{connection}\nOPTIONS ({string.Join(", ", Options(table.External).Concat(BigQueryScript.Described(table)))})";
    }

    private static IEnumerable<string> Options(ExternalData files)
    {
        yield return $"format = {BigQueryScript.Literal(files.Format)}";
        yield return $"uris = [{BigQueryScript.Literal(files.Uri)}]";
        if (files.Format == "AVRO")
        {
            yield return "enable_logical_types = TRUE";
            yield break;
        }
        if (files.Format == "CSV")
        {
            if (files.SkippedRows > 0) yield return string.Create(CultureInfo.InvariantCulture, $"skip_leading_rows = {files.SkippedRows}");
            if (files.Delimiter != ",") yield return $"field_delimiter = {BigQueryScript.Literal(files.Delimiter)}";
            yield return "allow_quoted_newlines = TRUE";
            yield return "allow_jagged_rows = TRUE";
        }
        if (files.Encoding != "UTF-8") yield return $"encoding = {BigQueryScript.Literal(files.Encoding)}";
        if (files.IsGzip) yield return "compression = 'GZIP'";
        if (files.IgnoresUnknown) yield return "ignore_unknown_values = TRUE";
        yield return string.Create(CultureInfo.InvariantCulture, $"max_bad_records = {ExternalData.MostBadRows}");
    }

    private static string Format(FormatType type) => type switch { FormatType.Ndjson => "NEWLINE_DELIMITED_JSON", FormatType.Avro => "AVRO", _ => "CSV" };

    private static IEnumerable<string> Words(IReadOnlyList<TableField> fields) => fields.Select(field => $"{field.Name} {BigQueryTypes.Words(field)} {field.Description}");
}
