#pragma warning disable CS9113, MA0025
namespace Landfall.Cloud;

/// <summary>
/// BigQuery over its REST API (https://cloud.google.com/bigquery/docs/reference/rest): only what Landfall does with it. What is ordinary (a table that is
/// not there, or is there already) is an answer; what BigQuery refuses is a <see cref="BigQueryException"/>; a service that can not be reached is a
/// <see cref="RetryException"/>. Safe for concurrent use.
/// </summary>
/// <param name="project">Where the datasets are, and who pays.</param>
/// <param name="location">Of the datasets and jobs: <c>EU</c>, <c>US</c>, <c>europe-west1</c>…</param>
/// <param name="endpoint">Where it answers. Credentials (Google's application default) are sent over https only.</param>
/// <param name="http">Must not decompress.</param>
/// <param name="clock">Time.</param>
/// <param name="jitter">Spreads the retries of many instances.</param>
public sealed class BigQueryClient(string project, string location, Uri endpoint, HttpClient http, TimeProvider clock, Random jitter)
{
    public string Project { get; } = project;

    public string Location { get; } = location;

    /// <returns>False when it stood already.</returns>
    public Task<bool> CreateDatasetAsync(DatasetResource dataset, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <returns>Null when it, or its dataset, is not there.</returns>
    public Task<TableResource?> GetTableAsync(TableName name, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes a table, or a view.</summary>
    /// <returns>False when it stood already.</returns>
    public Task<bool> CreateTableAsync(TableResource table, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Brings a table that stands up to what is given: fields (which may only be added, widened or lifted from REQUIRED), descriptions, labels, a view's query.</summary>
    /// <param name="table">With the <see cref="TableResource.ETag"/> that was read.</param>
    /// <returns>False when it was changed since it was read.</returns>
    public Task<bool> PatchTableAsync(TableResource table, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <returns>False when it was not there.</returns>
    public Task<bool> DeleteTableAsync(TableName name, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Streams rows into a table that stands. After a lost reply they are sent again: BigQuery removes such doubles by <c>insertId</c> as well as it can, and no better.</summary>
    /// <param name="name">The table.</param>
    /// <param name="body">The request's body: <c>{"rows":[{"insertId":"…","json":{…}},…]}</c>, at most 10 MB and 50,000 rows.</param>
    /// <exception cref="BigQueryException">A row was refused (then none is in).</exception>
    public Task InsertAllAsync(TableName name, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Appends an Avro file, with its logical types, to a table that stands: one load job, all or nothing, under ids <c>jobId_0</c>, <c>jobId_1</c>, …, the next only when the one before has failed for certain and for a passing reason.</summary>
    /// <param name="jobId">Letters, digits, <c>_</c> and <c>-</c>; of this content and no other.</param>
    /// <returns>The rows that were loaded.</returns>
    public Task<long> LoadAvroAsync(string jobId, TableName into, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Runs a query and yields its rows: each cell as BigQuery's text for it (a TIMESTAMP as its microseconds since 1970), null for NULL. Of a script, the rows of its last SELECT. A job that failed for a passing reason is run again under the next id.</summary>
    /// <param name="jobId">As in <see cref="LoadAvroAsync"/>.</param>
    public IAsyncEnumerable<IReadOnlyList<string?>> QueryAsync(string jobId, QueryRequest query, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Runs a statement that changes something, or a script, once: only after a lost reply is it sent again, under the same id, so that it can not run twice.</summary>
    /// <param name="jobId">As in <see cref="LoadAvroAsync"/>; used as it is.</param>
    /// <returns>Rows changed; null for a script.</returns>
    /// <exception cref="BigQueryException">It failed; what was in a transaction has not happened.</exception>
    public Task<long?> ExecuteAsync(string jobId, QueryRequest query, CancellationToken cancellationToken) => throw new NotImplementedException();
}
