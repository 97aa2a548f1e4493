namespace Landfall.Cloud;

/// <summary>
/// What BigQuery's reasons say about trying again, for answers and for jobs alike. The source is its table of errors,
/// https://cloud.google.com/bigquery/docs/error-messages: a reason is passing where the table says to retry within seconds.
/// </summary>
internal static class BigQueryReasons
{
    public const string AccessDenied = "accessDenied";
    public const string BackendError = "backendError";
    public const string NotFound = "notFound";
    public const string RateLimitExceeded = "rateLimitExceeded";

    /// <summary>A row that had nothing wrong with it, but stood beside one that had.</summary>
    public const string Stopped = "stopped";

    /// <summary>
    /// A limit over minutes or a day: seconds change nothing, waiting is the platform's (ten minutes or more). Rate limits (of requests, or of changes to
    /// one table) are over in seconds.
    /// </summary>
    public const string QuotaExceeded = "quotaExceeded";

    /// <summary>Those with <c>job</c> are of jobs that were made and failed; the others are of both. Errors of frontends between have names of their own.</summary>
    private static readonly HashSet<string> Passing =
    [
        BackendError, "internalError", RateLimitExceeded,
        "jobBackendError", "jobInternalError", "jobRateLimitExceeded",
        "tableUnavailable", "badGateway",
    ];

    /// <param name="reason">BigQuery's.</param>
    /// <param name="status">The HTTP status; 0 for a job's own error. "In the 5xx range" the table says to retry whatever the body, which may be a proxy's.</param>
    public static bool IsPassing(string reason, int status) =>
        reason != QuotaExceeded && (Passing.Contains(reason) || status is 408 or 429 or (>= 500 and not 501));

    /// <summary>The reason for an answer that gives none.</summary>
    public static string Of(int status) => status switch
    {
        401 => "authError",
        403 => AccessDenied,
        404 => NotFound,
        429 => RateLimitExceeded,
        >= 500 => BackendError,
        _ => "invalid",
    };

    /// <summary>What the person who must act can do; null when BigQuery's message says it.</summary>
    /// <param name="reason">BigQuery's.</param>
    /// <param name="permission">What the account needs for what was asked.</param>
    public static string? Hint(string reason, string permission) => reason switch
    {
        "authError" => GoogleApi.UnknownAccount,
        AccessDenied => $"Grant {permission} to the account that runs this.",
        NotFound => "Create what it names (Terraform makes datasets, or `bq mk --dataset`), or check GOOGLE_CLOUD_PROJECT, LANDFALL_LOCATION and LANDFALL_BIGQUERY_ENDPOINT.",
        QuotaExceeded => "Wait ten minutes or more, or raise the quota it names.",
        "billingNotEnabled" => "Enable billing for the project.",
        _ => null,
    };
}
