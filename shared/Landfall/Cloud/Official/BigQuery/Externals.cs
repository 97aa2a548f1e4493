using Google.Apis.Bigquery.v2.Data;

namespace Landfall.Cloud;

/// <summary><c>externalDataConfiguration</c> as Google's client sends it. The columns stand in the table's own schema: with a connection BigQuery takes them nowhere else.</summary>
internal static class Externals
{
    private const string Gzip = "GZIP";

    public static ExternalDataConfiguration Of(ExternalData data, string project)
    {
        var isAvro = data.Format == "AVRO";
        return new()
        {
            SourceFormat = data.Format,
            SourceUris = [data.Uri],
            Autodetect = false,
            Compression = isAvro ? null : data.IsGzip ? Gzip : "NONE",
            IgnoreUnknownValues = isAvro ? null : data.IgnoresUnknown,
            MaxBadRecords = isAvro ? null : ExternalData.MostBadRows,
            ConnectionId = data.Connection?.Path(project),
            CsvOptions = data.Format != "CSV" ? null : new()
            {
                SkipLeadingRows = data.SkippedRows, FieldDelimiter = data.Delimiter, Encoding = data.Encoding, Quote = "\"", AllowQuotedNewlines = true, AllowJaggedRows = true,
            },
            JsonOptions = data.Format == "NEWLINE_DELIMITED_JSON" ? new() { Encoding = data.Encoding } : null,
            AvroOptions = isAvro ? new() { UseAvroLogicalTypes = true } : null,
        };
    }

    /// <summary>What another hand has made, in words of its own, differs from whatever Landfall would write.</summary>
    public static ExternalData Read(ExternalDataConfiguration external) => new(external.SourceFormat, string.Join(' ', external.SourceUris ?? []))
    {
        IsGzip = external.Compression == Gzip,
        IgnoresUnknown = external.IgnoreUnknownValues ?? false,
        SkippedRows = external.CsvOptions?.SkipLeadingRows ?? 0,
        Delimiter = external.CsvOptions?.FieldDelimiter ?? ",",
        Encoding = external.CsvOptions?.Encoding ?? external.JsonOptions?.Encoding ?? "UTF-8",
        Connection = BigQueryConnection.TryParse(external.ConnectionId),
    };
}
