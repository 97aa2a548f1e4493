namespace Landfall.Local.BigQuery.Loads;

/// <summary>The rows that a load job can not take: so many are passed over, one more fails the job. BigQuery tells of five.</summary>
/// <param name="format">As messages name it: <c>CSV</c>, <c>JSON</c>.</param>
/// <param name="most">The job's <c>maxBadRecords</c>.</param>
internal sealed class BadRows(string format, long most)
{
    private const int Told = 5;

    private readonly List<BigQueryFault> _told = [];

    public long Count { get; private set; }

    /// <param name="load">A load's configuration.</param>
    public static BadRows Of(System.Text.Json.Nodes.JsonObject load) =>
        new((string?)load["sourceFormat"] is "NEWLINE_DELIMITED_JSON" ? "JSON" : "CSV", load["maxBadRecords"] is { } most ? long.Parse(most.ToString()) : 0);

    /// <param name="row">From 1.</param>
    /// <exception cref="BigQueryFault">It is one too many.</exception>
    public void Add(long row, string fault)
    {
        Count++;
        if (_told.Count < Told) _told.Add(BigQueryFault.Invalid($"Error while reading data, error message: {fault}; row {row}"));
        if (Count <= most) return;
        throw new BigQueryFault(
            400, "invalid", $"Error while reading data, error message: {format} table encountered too many errors, giving up. Rows: {row}; errors: {Count}. Please look into the errors[] collection for more details.")
        {
            Details = _told,
        };
    }
}
