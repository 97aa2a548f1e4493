using System.Net;
using Google;
using Google.Apis.Bigquery.v2;
using Google.Apis.Http;
using Google.Apis.Json;
using Data = Google.Apis.Bigquery.v2.Data;
using V2 = Google.Cloud.BigQuery.V2;

namespace Landfall.Cloud;

/// <summary>
/// Google's client of BigQuery, and what its answers mean. Every request is sent again after a lost reply: what makes that harmless (a job's id, an etag, what stands
/// already) is in the request.
/// </summary>
internal sealed class BigQueryApi
{
    public BigQueryApi(string project, string location, Uri endpoint, HttpClient http, TimeProvider clock, Random jitter)
    {
        (Project, Location) = (project, location);
        Google = new GoogleApi("BigQuery", "https://www.googleapis.com/auth/bigquery", endpoint, http, clock, jitter);
        var service = new BigqueryService(new()
        {
            ApplicationName = "Landfall",
            BaseUri = Google.Uri("/bigquery/v2/").AbsoluteUri,
            DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
            GZipEnabled = false,
            HttpClientFactory = new SharedHttp(Google, repeatable: true),
            // The libraries' own would make dates of cells that look like one.
            Serializer = new NewtonsoftJsonSerializer(V2.BigQueryClient.CreateJsonSerializersSettings()),
        });
        service.HttpClient.Timeout = Timeout.InfiniteTimeSpan;
        Client = new V2.BigQueryClientImpl(project, service, location);
    }

    public string Project { get; }

    public string Location { get; }

    public GoogleApi Google { get; }

    public V2.BigQueryClient Client { get; }

    public BigqueryService Service => Client.Service;

    /// <summary>Asks; after a rate limit, a few times more.</summary>
    /// <param name="call">Lost connections, 429 and 5xx have had their attempts when it fails.</param>
    /// <param name="operation">What it is for.</param>
    /// <param name="unless">The one refusal that is an answer; null for none.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The type's default for the refusal that is an answer.</returns>
    /// <exception cref="BigQueryException">Any other refusal.</exception>
    /// <exception cref="RetryException">No answer came.</exception>
    public async Task<T?> RunAsync<T>(Func<Task<T>> call, BigQueryOperation operation, HttpStatusCode? unless, CancellationToken cancellationToken)
    {
        for (var refusals = 0; ; refusals++)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (GoogleApiException e) when (e.HttpStatusCode == unless)
            {
                return default;
            }
            // A rate limit may also come as 403.
            catch (GoogleApiException e) when (
                e.HttpStatusCode is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest && refusals < Backoff.Retries
                && OfficialCalls.Reason(e) is { } reason && BigQueryReasons.IsPassing(reason, 0))
            {
                await RestAsync(refusals, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (OfficialCalls.NoJson(e) is { } fault)
            {
                throw new RetryException($"BigQuery answered {operation.Doing} with JSON that is none of its own{JsonFault.Place(fault)}", "Check LANDFALL_BIGQUERY_ENDPOINT.", fault);
            }
            catch (GoogleApiException e)
            {
                throw Refused(e, operation);
            }
        }
    }

    /// <summary>After a rate limit: seconds, where a lost connection is given a fraction of one.</summary>
    /// <param name="refusals">So far, less one.</param>
    public Task RestAsync(int refusals, CancellationToken cancellationToken) => Google.Backoff.WaitAsync(refusals + 3, null, cancellationToken);

    /// <summary>Sends a job that travels without data.</summary>
    public async Task<JobSubmission> InsertJobAsync(Data.Job job, BigQueryOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            var made = await RunAsync(() => Service.Jobs.Insert(job, Project).ExecuteAsync(cancellationToken), operation, unless: null, cancellationToken).ConfigureAwait(false);
            return new JobSubmission(Jobs.Read(made!));
        }
        catch (BigQueryException refused)
        {
            return new JobSubmission(null, refused, Again: refused.Status == (int)HttpStatusCode.Conflict);
        }
    }

    /// <returns>Null when BigQuery does not know it.</returns>
    public async Task<BigQueryReplies.Job?> GetJobAsync(string id, BigQueryOperation operation, CancellationToken cancellationToken)
    {
        var request = Service.Jobs.Get(Project, id);
        request.Location = Location;
        var asking = new BigQueryOperation($"asking for job {id} ({operation.Doing})", "bigquery.jobs.get");
        var job = await RunAsync(() => request.ExecuteAsync(cancellationToken), asking, HttpStatusCode.NotFound, cancellationToken).ConfigureAwait(false);
        return job is null ? null : Jobs.Read(job);
    }

    public static BigQueryException Refused(GoogleApiException e, BigQueryOperation operation)
    {
        var status = (int)e.HttpStatusCode;
        return operation.Refused(OfficialCalls.Reason(e) ?? BigQueryReasons.Of(status), OfficialCalls.Message(e) ?? e.HttpStatusCode.ToString(), status);
    }
}
