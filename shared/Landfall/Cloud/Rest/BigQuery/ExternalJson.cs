namespace Landfall.Cloud;

/// <summary><c>externalDataConfiguration</c> as it travels. The columns stand in the table's own schema: with a connection BigQuery takes them nowhere else.</summary>
internal static class ExternalJson
{
    private const string Gzip = "GZIP";

    internal sealed record External(string SourceFormat, string[]? SourceUris)
    {
        public bool Autodetect { get; init; }

        public string? Compression { get; init; }

        public bool? IgnoreUnknownValues { get; init; }

        public long? MaxBadRecords { get; init; }

        public string? ConnectionId { get; init; }

        public Csv? CsvOptions { get; init; }

        public Json? JsonOptions { get; init; }

        public Avro? AvroOptions { get; init; }
    }

    internal sealed record Csv(long? SkipLeadingRows, string? FieldDelimiter, string? Encoding, string? Quote)
    {
        public bool AllowQuotedNewlines { get; init; }

        /// <summary>Rows that end early: those of a file from before a column was added behind the others.</summary>
        public bool AllowJaggedRows { get; init; }
    }

    internal sealed record Json(string? Encoding);

    internal sealed record Avro(bool UseAvroLogicalTypes);

    public static External Of(ExternalData data, string project)
    {
        var isAvro = data.Format == "AVRO";
        return new(data.Format, [data.Uri])
        {
            Compression = isAvro ? null : data.IsGzip ? Gzip : "NONE",
            IgnoreUnknownValues = isAvro ? null : data.IgnoresUnknown,
            MaxBadRecords = isAvro ? null : ExternalData.MostBadRows,
            ConnectionId = data.Connection?.Path(project),
            CsvOptions = data.Format == "CSV" ? new(data.SkippedRows, data.Delimiter, data.Encoding, "\"") { AllowQuotedNewlines = true, AllowJaggedRows = true } : null,
            JsonOptions = data.Format == "NEWLINE_DELIMITED_JSON" ? new(data.Encoding) : null,
            AvroOptions = isAvro ? new(UseAvroLogicalTypes: true) : null,
        };
    }

    /// <summary>What another hand has made, in words of its own, differs from whatever Landfall would write.</summary>
    public static ExternalData Read(External external) => new(external.SourceFormat, string.Join(' ', external.SourceUris ?? []))
    {
        IsGzip = external.Compression == Gzip,
        IgnoresUnknown = external.IgnoreUnknownValues ?? false,
        SkippedRows = external.CsvOptions?.SkipLeadingRows ?? 0,
        Delimiter = external.CsvOptions?.FieldDelimiter ?? ",",
        Encoding = external.CsvOptions?.Encoding ?? external.JsonOptions?.Encoding ?? "UTF-8",
        Connection = BigQueryConnection.TryParse(external.ConnectionId),
    };
}
