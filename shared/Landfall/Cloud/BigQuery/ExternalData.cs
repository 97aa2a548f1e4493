namespace Landfall.Cloud;

/// <summary>The files that an external table reads (https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#ExternalDataConfiguration), as much of it as Landfall writes.</summary>
/// <param name="Format"><c>CSV</c>, <c>NEWLINE_DELIMITED_JSON</c> or <c>AVRO</c>.</param>
/// <param name="Uri"><c>gs://bucket/name</c>, in which one <c>*</c> may stand behind the bucket, for anything.</param>
public sealed record ExternalData(string Format, string Uri)
{
    /// <summary>
    /// So many rows that can not be read as their columns' types are passed over, of all formats but Avro: as many as a file may have. One such row would else fail every query of the table.
    /// </summary>
    public const int MostBadRows = int.MaxValue;

    /// <summary>Whether the files are compressed with gzip, all of them.</summary>
    public bool IsGzip { get; init; }

    /// <summary>Whether what no column reads is passed over: of CSV the last cells of a row, of JSON members of other names.</summary>
    public bool IgnoresUnknown { get; init; }

    /// <summary>Lines before the first row of a CSV file.</summary>
    public long SkippedRows { get; init; }

    /// <summary>Between the cells of CSV.</summary>
    public string Delimiter { get; init; } = ",";

    /// <summary>BigQuery's name of how text is written.</summary>
    public string Encoding { get; init; } = "UTF-8";

    /// <summary>With whose access the files are read; null for that of whoever asks.</summary>
    public BigQueryConnection? Connection { get; init; }

    /// <summary>Whether both are the same but for how their connections are spelt.</summary>
    public bool Is(ExternalData other) => this with { Connection = null } == other with { Connection = null } && BigQueryConnection.AreSame(Connection, other.Connection);
}
