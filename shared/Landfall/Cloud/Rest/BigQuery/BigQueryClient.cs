using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

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
    /// <summary>Rows a page at most; BigQuery itself ends a page at some 10 MB.</summary>
    private const int PageRows = 10_000;

    private const string ToRun = "bigquery.jobs.create on the project, and to read and change the data of the tables it names";

    private readonly BigQueryApi _api = new(project, location, endpoint, http, clock, jitter);

    public string Project => _api.Project;

    public string Location => _api.Location;

    /// <summary>Bytes of a load a request, a multiple of 256 KiB.</summary>
    internal int ChunkSize { get; init; } = 8 << 20;

    private JobRunner Jobs => new(_api);

    /// <returns>False when it stood already (after a lost reply also when it was made just now).</returns>
    public async Task<bool> CreateDatasetAsync(DatasetResource dataset, CancellationToken cancellationToken)
    {
        // Who may not make datasets may still land in one that stands.
        using (var standing = await _api.SendAsync(HttpMethod.Get, _api.Path($"datasets/{Uri.EscapeDataString(dataset.Name)}"), null, null, cancellationToken))
        {
            if (standing.IsSuccessStatusCode) return false;
        }
        var body = JsonSerializer.SerializeToUtf8Bytes(TableJson.Of(dataset, Project, Location), BigQueryJson.Default.Dataset);
        using var response = await _api.SendAsync(HttpMethod.Post, _api.Path("datasets"), body, null, cancellationToken);
        return await DoneAsync(
            response, unless: HttpStatusCode.Conflict, new BigQueryOperation($"creating dataset {dataset.Name}", "bigquery.datasets.create"), cancellationToken);
    }

    /// <returns>Null when it, or its dataset, is not there.</returns>
    public async Task<TableResource?> GetTableAsync(TableName name, CancellationToken cancellationToken)
    {
        // BASIC has all but sizes, which take BigQuery longer.
        using var response = await _api.SendAsync(HttpMethod.Get, TablePath(name) + "?view=BASIC", null, null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        var operation = new BigQueryOperation($"asking for table {name}", "bigquery.tables.get");
        return TableJson.Read(await BigQueryApi.ReadAsync(response, operation, BigQueryJson.Default.Table, cancellationToken), name);
    }

    /// <summary>Makes a table, a view, or an external table.</summary>
    /// <returns>False when it stood already (after a lost reply also when it was made just now).</returns>
    public async Task<bool> CreateTableAsync(TableResource table, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(TableJson.Of(table, Project), BigQueryJson.Default.Table);
        var path = _api.Path($"datasets/{Uri.EscapeDataString(table.Name.Dataset)}/tables");
        using var response = await _api.SendAsync(HttpMethod.Post, path, body, null, cancellationToken);
        return await DoneAsync(
            response, unless: HttpStatusCode.Conflict, new BigQueryOperation($"creating table {table.Name}", "bigquery.tables.create"), cancellationToken);
    }

    /// <summary>
    /// Brings a table that stands up to what is given: fields (which may only be added, widened or lifted from REQUIRED), descriptions, labels, a view's
    /// query, the files of an external table. What is null or empty stays as it is.
    /// </summary>
    /// <param name="table">With the <see cref="TableResource.ETag"/> that was read.</param>
    /// <returns>False when it was changed since it was read (after a lost reply perhaps by this very patch).</returns>
    public async Task<bool> PatchTableAsync(TableResource table, CancellationToken cancellationToken)
    {
        if (table.ETag is null) throw new ArgumentException($"Table {table.Name} must be read before it is patched: its ETag is missing.", nameof(table));
        var body = JsonSerializer.SerializeToUtf8Bytes(TableJson.Patch(table, Project), BigQueryJson.Default.Table);
        using var response = await _api.SendAsync(HttpMethod.Patch, TablePath(table.Name), body, table.ETag, cancellationToken);
        return await DoneAsync(
            response, unless: HttpStatusCode.PreconditionFailed, new BigQueryOperation($"changing table {table.Name}", "bigquery.tables.update"), cancellationToken);
    }

    /// <returns>False when it was not there (after a lost reply also when it was deleted just now).</returns>
    public async Task<bool> DeleteTableAsync(TableName name, CancellationToken cancellationToken)
    {
        using var response = await _api.SendAsync(HttpMethod.Delete, TablePath(name), null, null, cancellationToken);
        return await DoneAsync(
            response, unless: HttpStatusCode.NotFound, new BigQueryOperation($"deleting table {name}", "bigquery.tables.delete"), cancellationToken);
    }

    /// <summary>
    /// Streams rows into a table that stands. After a lost reply they are sent again: BigQuery removes such doubles by <c>insertId</c> as well as it can,
    /// and no better.
    /// </summary>
    /// <param name="name">The table.</param>
    /// <param name="body">The request's body: <c>{"rows":[{"insertId":"…","json":{…}},…]}</c>, at most 10 MB and 50,000 rows.</param>
    /// <exception cref="BigQueryException">A row was refused (then none is in).</exception>
    public async Task InsertAllAsync(TableName name, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var operation = new BigQueryOperation($"inserting rows into {name}", "bigquery.tables.updateData");
        using var response = await _api.SendAsync(HttpMethod.Post, TablePath(name) + "/insertAll", body, null, cancellationToken);
        var answer = await BigQueryApi.ReadAsync(response, operation, BigQueryJson.Default.Inserted, cancellationToken);
        if (answer.InsertErrors is not { Length: > 0 } rows) return;
        // Good rows are stopped by a bad one, and may stand before it.
        var row = rows.FirstOrDefault(r => r.Errors is [{ Reason: not BigQueryReasons.Stopped }, ..]) ?? rows[0];
        var error = row.Errors?.FirstOrDefault();
        var at = operation with { Doing = $"{operation.Doing}: row {row.Index} of the request (from 0)" };
        throw at.Refused(error?.Reason ?? "invalid", error?.Message, status: 0);
    }

    /// <summary>
    /// Appends an Avro file, with its logical types, to a table that stands: one load job, all or nothing, under ids <c>jobId_0</c>, <c>jobId_1</c>,
    /// <c>jobId_2</c>, the next only when the one before has failed for certain and for a passing reason.
    /// </summary>
    /// <param name="jobId">Letters, digits, <c>_</c> and <c>-</c>; of this content and no other.</param>
    /// <returns>The rows that were loaded.</returns>
    /// <exception cref="BigQueryException">It was refused, or failed: no row is in (with a <see cref="BigQueryException.Status"/> of 5xx perhaps all of them).</exception>
    /// <exception cref="RetryException">BigQuery can not be reached any more; the rows may be in, or come yet.</exception>
    public async Task<long> LoadAvroAsync(
        string jobId, TableName into, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var operation = new BigQueryOperation($"loading {content.Length} bytes of Avro into {into}", "bigquery.jobs.create on the project and bigquery.tables.updateData");
        var upload = new LoadUpload(_api, ChunkSize);
        var (_, job) = await Jobs.RunNumberedAsync(
            jobId, (id, token) => upload.SubmitAsync(JobBody.Load(Project, Location, id, into, labels), content, operation, token), operation, cancellationToken);
        return job.Statistics?.Load?.OutputRows ?? 0;
    }

    /// <summary>
    /// Puts NDJSON, in gzip or not, in the place of all rows and columns of a table, which is made if it is not there: one load job, so that readers see the old table or the
    /// new one. Ids as in <see cref="LoadAvroAsync"/>.
    /// </summary>
    /// <param name="table">Its fields; of a table that is made also description and labels. The labels are the job's, too.</param>
    /// <param name="isNew">Whether the table is to be made. When another makes it meanwhile, and differently, the job fails.</param>
    /// <returns>The job that did it.</returns>
    /// <inheritdoc cref="LoadAvroAsync"/>
    public async Task<LoadedJob> ReplaceTableAsync(string jobId, TableResource table, bool isNew, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var operation = new BigQueryOperation($"loading {content.Length} bytes of JSON into {table.Name}", "bigquery.jobs.create on the project, bigquery.tables.create and bigquery.tables.updateData");
        var upload = new LoadUpload(_api, ChunkSize);
        var (id, job) = await Jobs.RunNumberedAsync(
            jobId, (id, token) => upload.SubmitAsync(JobBody.Replace(Project, Location, id, table, isNew), content, operation, token), operation, cancellationToken);
        return new(id, job.Statistics?.Load?.OutputRows ?? 0);
    }

    /// <summary>The load job that has run under an id, as <see cref="ReplaceTableAsync"/> gives them.</summary>
    /// <returns>Null when none has run to a good end yet.</returns>
    public async Task<LoadedJob?> FindLoadAsync(string jobId, CancellationToken cancellationToken) =>
        await Jobs.FindAsync(jobId, new($"asking for job {jobId}", "bigquery.jobs.get"), cancellationToken) is { } found ? new(found.Id, found.Job.Statistics?.Load?.OutputRows ?? 0) : null;

    /// <summary>
    /// Runs a query and yields its rows: each cell as BigQuery's text for it (a TIMESTAMP as its microseconds since 1970, an array or a row as JSON), null for
    /// NULL. Of a script, the rows of its last SELECT. A job that failed for a passing reason is run again under the next id.
    /// </summary>
    /// <param name="jobId">As in <see cref="LoadAvroAsync"/>.</param>
    /// <exception cref="BigQueryException">It failed.</exception>
    public async IAsyncEnumerable<IReadOnlyList<string?>> QueryAsync(
        string jobId, QueryRequest query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var operation = new BigQueryOperation("running a query", ToRun);
        var (id, _) = await Jobs.RunNumberedAsync(
            jobId, (name, token) => _api.InsertJobAsync(JobBody.Query(Project, Location, name, query), operation, token), operation, cancellationToken);
        var path = _api.Path($"queries/{Uri.EscapeDataString(id)}?location={Uri.EscapeDataString(Location)}")
            + $"&maxResults={PageRows}&formatOptions.useInt64Timestamp=true";
        var reading = new BigQueryOperation($"reading the rows of job {id}", "bigquery.jobs.create on the project, and to read the tables of the query");
        string? next = null;
        do
        {
            var page = path + (next is null ? "" : $"&pageToken={Uri.EscapeDataString(next)}");
            using var response = await _api.SendAsync(HttpMethod.Get, page, null, null, cancellationToken);
            var rows = await BigQueryApi.ReadAsync(response, reading, BigQueryJson.Default.Page, cancellationToken);
            if (!rows.JobComplete) throw new RetryException($"BigQuery says that job {id} is done, and that its rows are not");
            foreach (var row in rows.Rows ?? []) yield return [.. (row.F ?? []).Select(cell => cell.Text)];
            next = rows.PageToken;
        }
        while (!string.IsNullOrEmpty(next));
    }

    /// <summary>
    /// Runs a statement that changes something, or a script, once: only after a lost reply is it sent again, under the same id, so that it can not run twice.
    /// </summary>
    /// <param name="jobId">As in <see cref="LoadAvroAsync"/>; used as it is.</param>
    /// <returns>Rows changed; null for a script.</returns>
    /// <exception cref="BigQueryException">It was refused, or failed; what was in a transaction has not happened (with a <see cref="BigQueryException.Status"/> of 5xx perhaps it has).</exception>
    /// <exception cref="RetryException">BigQuery can not be reached any more; it may have run, or run yet.</exception>
    public async Task<long?> ExecuteAsync(string jobId, QueryRequest query, CancellationToken cancellationToken)
    {
        var operation = new BigQueryOperation("running a statement", ToRun);
        var job = await Jobs.RunOnceAsync(
            jobId, (id, token) => _api.InsertJobAsync(JobBody.Query(Project, Location, id, query), operation, token), operation, cancellationToken);
        return job.Statistics?.Query?.NumDmlAffectedRows;
    }

    private string TablePath(TableName name) =>
        _api.Path($"datasets/{Uri.EscapeDataString(name.Dataset)}/tables/{Uri.EscapeDataString(name.Name)}");

    /// <returns>False for the one refusal that is ordinary.</returns>
    private static async Task<bool> DoneAsync(HttpResponseMessage response, HttpStatusCode unless, BigQueryOperation operation, CancellationToken cancellationToken) =>
        response.IsSuccessStatusCode
        || (response.StatusCode == unless ? false : throw await BigQueryApi.RefusedAsync(response, operation, cancellationToken));
}
