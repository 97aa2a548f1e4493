using System.Globalization;
using System.Text;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting.Live;

namespace Landfall.Hosting;

/// <summary>Everything the environment decides, bound once at start by <see cref="FromEnvironment"/>. The README's table lists the same.</summary>
public sealed record Settings
{
    /// <summary>The one list of variables: what is not in it and begins with <c>LANDFALL_</c> is a typing error.</summary>
    private static readonly (string Name, Func<Settings, string, Settings> Bind)[] Bindings =
    [
        ("LANDFALL_CONTRACTS", (s, v) => s with { Contracts = Place(v) }),
        ("LANDFALL_REPORTS", (s, v) => s with { Reports = v }),
        ("LANDFALL_REPORTS_DATASET", (s, v) => s with { ReportsDataset = Name(v) }),
        ("LANDFALL_ENVIRONMENT", (s, v) => s with { Environment = v }),
        ("LANDFALL_DATASETS", (s, v) => s with { Datasets = Names(v) }),
        ("LANDFALL_BUCKET_PREFIX", (s, v) => s with { BucketPrefix = v }),
        ("LANDFALL_POSTGRES", (s, v) => s with { Postgres = v }),
        ("LANDFALL_STORAGE_ENDPOINT", (s, v) => s with { StorageEndpoint = HttpUri(v) }),
        ("LANDFALL_BIGQUERY_ENDPOINT", (s, v) => s with { BigQueryEndpoint = HttpUri(v) }),
        ("LANDFALL_BIGQUERY_CONNECTION", (s, v) => s with { BigQueryConnection = Connection(v) }),
        ("LANDFALL_PUBSUB_ENDPOINT", (s, v) => s with { PubSubEndpoint = HttpUri(v) }),
        ("LANDFALL_COSTS", (s, v) => s with { Costs = TableId(v) }),
        ("LANDFALL_LOCATION", (s, v) => s with { Location = v }),
        ("LANDFALL_LANDINGS_TOPIC", (s, v) => s with { LandingsTopic = v }),
        ("LANDFALL_OPENLINEAGE", (s, v) => s with { OpenLineage = v == ToTheLog ? v : HttpUri(v).AbsoluteUri }),
        ("LANDFALL_FETCH_MIRROR", (s, v) => s with { FetchMirror = HttpUri(v) }),
        ("LANDFALL_BLOOMREACH_URL", (s, v) => s with { BloomreachUrl = SecretUri(v) }),
        ("LANDFALL_BLOOMREACH_PROJECT", (s, v) => s with { BloomreachProject = v }),
        ("LANDFALL_BLOOMREACH_KEY", (s, v) => s with { BloomreachKey = v }),
        ("LANDFALL_BLOOMREACH_SECRET", (s, v) => s with { BloomreachSecret = v }),
        ("LANDFALL_BACKUP_RETENTION_DAYS", (s, v) => s with { BackupRetention = TimeSpan.FromDays(Number(v, 1, 3650)) }),
        ("LANDFALL_RECONCILE_GRACE_MINUTES", (s, v) => s with { ReconcileGrace = TimeSpan.FromMinutes(Number(v, 1, 1440)) }),
        ("LANDFALL_WAITING_MINUTES", (s, v) => s with { Waiting = TimeSpan.FromMinutes(Number(v, 1, 10_080)) }),
        ("LANDFALL_DEAD_LETTERS", (s, v) => s with { DeadLetters = v }),
        ("LANDFALL_REJECTS_RETENTION_DAYS", (s, v) => s with { RejectsRetention = TimeSpan.FromDays(Number(v, 1, 3650)) }),
        ("LANDFALL_RECEIPTS_RETENTION_DAYS", (s, v) => s with { ReceiptsRetention = TimeSpan.FromDays(Number(v, 1, 3650)) }),
        ("LANDFALL_EXPORTS_RETENTION_DAYS", (s, v) => s with { ExportsRetention = TimeSpan.FromDays(Number(v, 3, 3650)) }),
        ("LANDFALL_TIMEOUT", (s, v) => s with { Timeout = TimeSpan.FromSeconds(Number(v, 1, 86_400)) }),
        ("LANDFALL_LARGE_JOB", (s, v) => s with { LargeJob = Job(v) }),
        ("LANDFALL_RUN_ENDPOINT", (s, v) => s with { RunEndpoint = HttpUri(v) }),
        ("LANDFALL_PUSH_AUDIENCE", (s, v) => s with { PushAudience = v }),
        ("LANDFALL_PUSH_EMAIL", (s, v) => s with { PushEmail = v }),
        ("LANDFALL_BEHIND_IAM", (s, v) => s with { BehindIam = Truth(v) }),
        ("LANDFALL_API_AUDIENCE", (s, v) => s with { ApiAudience = v }),
        ("LANDFALL_API_ISSUER", (s, v) => s with { ApiIssuer = v }),
        ("LANDFALL_API_KEYS", (s, v) => s with { ApiKeys = v }),
        ("LANDFALL_API_ROLES", (s, v) => s with { ApiRoles = Roles(v) }),
        ("LANDFALL_API_OPEN", (s, v) => s with { ApiOpen = Truth(v) }),
        ("LANDFALL_API_RATE", (s, v) => s with { ApiRate = Number(v, 1, 1_000_000) }),
        ("PORT", (s, v) => s with { Port = Number(v, 0, 65535) }),
        ("K_SERVICE", (s, v) => s with { Service = v }),
        ("CLOUD_RUN_JOB", (s, v) => s with { JobName = v }),
        ("GOOGLE_CLOUD_PROJECT", (s, v) => s with { Project = v }),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", (s, v) => s with { OtlpEndpoint = HttpUri(v) }),
        // The tests' own; known here so that a program they start does not take it for a typing error.
        ("LANDFALL_TEST_PROJECT", (s, _) => s),
    ];

    /// <summary>The names of all variables that are read.</summary>
    public static IReadOnlyList<string> Variables { get; } = [.. Bindings.Select(binding => binding.Name)];

    /// <summary><c>LANDFALL_CONTRACTS</c>: the folder of the contracts, or <c>gs://bucket/prefix</c> for one in a bucket, which is followed. Default: <c>contracts</c> beside the program.</summary>
    public string Contracts { get; init; } = Path.Combine(AppContext.BaseDirectory, "contracts");

    /// <summary><c>LANDFALL_REPORTS</c>: the folder of the reports; null for <c>reports</c> beside the folder of the contracts, if there is one.</summary>
    public string? Reports { get; init; }

    /// <summary><c>LANDFALL_REPORTS_DATASET</c>: the dataset of BigQuery's that reports are published to which name no other. Default <c>reports</c>.</summary>
    public Identifier ReportsDataset { get; init; } = Identifier.Parse("reports");

    /// <summary><c>LANDFALL_ENVIRONMENT</c>: picks among a contract's <c>servers</c>; null takes the first.</summary>
    public string? Environment { get; init; }

    /// <summary>
    /// <c>LANDFALL_DATASETS</c>: what schemas and datasets of the contracts are called in this deployment, as <c>coding_exercise=jane_doe_coding_exercise</c>, several
    /// with commas between them; null for as the contracts say.
    /// </summary>
    public IReadOnlyDictionary<Identifier, Identifier>? Datasets { get; init; }

    /// <summary><c>LANDFALL_BUCKET_PREFIX</c>: what begins every bucket's name in this deployment (bucket names are global). Default: nothing.</summary>
    public string BucketPrefix { get; init; } = "";

    /// <summary>
    /// <c>LANDFALL_POSTGRES</c>: the connection string, or a <c>postgres://</c> URI. Needed by functions that land in Postgres. A secret: never printed.
    /// </summary>
    public string? Postgres { get; init; }

    /// <summary><c>LANDFALL_STORAGE_ENDPOINT</c>: where Cloud Storage answers. Credentials are sent over https only.</summary>
    public Uri StorageEndpoint { get; init; } = new("https://storage.googleapis.com");

    /// <summary><c>LANDFALL_BIGQUERY_ENDPOINT</c>: where BigQuery answers. Credentials are sent over https only.</summary>
    public Uri BigQueryEndpoint { get; init; } = new("https://bigquery.googleapis.com");

    /// <summary>
    /// <c>LANDFALL_BIGQUERY_CONNECTION</c>: the connection with which external tables are made, <c>eu.landfall</c> or <c>projects/…/locations/…/connections/…</c>, so that their readers
    /// need no access to the bucket; null for none.
    /// </summary>
    public BigQueryConnection? BigQueryConnection { get; init; }

    /// <summary><c>LANDFALL_COSTS</c>: the table or view of BigQuery's that says what contracts cost (<c>month</c> DATE, <c>contract</c>, <c>cost</c>, <c>currency</c>); null where nobody says.</summary>
    public TableName? Costs { get; init; }

    /// <summary><c>LANDFALL_PUBSUB_ENDPOINT</c>: where Pub/Sub answers. Credentials are sent over https only.</summary>
    public Uri PubSubEndpoint { get; init; } = new("https://pubsub.googleapis.com");

    /// <summary><c>LANDFALL_LOCATION</c>: where BigQuery's datasets are and its jobs run. Default <c>EU</c>.</summary>
    public string Location { get; init; } = "EU";

    /// <summary>What <see cref="OpenLineage"/> is where no collector takes the events.</summary>
    public const string ToTheLog = "log";

    /// <summary><c>LANDFALL_LANDINGS_TOPIC</c>: the topic on which the receipt of every landing is published; null for none.</summary>
    public string? LandingsTopic { get; init; }

    /// <summary><c>LANDFALL_OPENLINEAGE</c>: where each landing goes as OpenLineage run events: the URL of a collector, such as <c>https://lineage.example.com/api/v1/lineage</c>, or <c>log</c>; null for nowhere.</summary>
    public string? OpenLineage { get; init; }

    /// <summary>
    /// <c>LANDFALL_FETCH_MIRROR</c>: what stands in for the scheme and host of every URL that a contract names to <c>fetch</c>, for example
    /// <c>https://mirror.example.com/landfall</c>; null fetches from where the contract says.
    /// </summary>
    public Uri? FetchMirror { get; init; }

    /// <summary>
    /// <c>LANDFALL_BLOOMREACH_URL</c>: the base URL of the Bloomreach instance, such as <c>https://api.exponea.com</c>. This and the next three are set together or not at
    /// all; needed by the functions that speak with Bloomreach.
    /// </summary>
    public Uri? BloomreachUrl { get; init; }

    /// <summary><c>LANDFALL_BLOOMREACH_PROJECT</c>: the project's token. A secret: never printed.</summary>
    public string? BloomreachProject { get; init; }

    /// <summary><c>LANDFALL_BLOOMREACH_KEY</c>: the id of the project's private API key. A secret: never printed.</summary>
    public string? BloomreachKey { get; init; }

    /// <summary><c>LANDFALL_BLOOMREACH_SECRET</c>: its secret: never printed.</summary>
    public string? BloomreachSecret { get; init; }

    /// <summary><c>LANDFALL_BACKUP_RETENTION_DAYS</c>: how long backups are kept, in days, 1 to 3650; a table's newest is always kept. Default 35.</summary>
    public TimeSpan BackupRetention { get; init; } = TimeSpan.FromDays(35);

    /// <summary><c>LANDFALL_RECONCILE_GRACE_MINUTES</c>: how old an object is before Reconcile takes its event for lost, in minutes, 1 to 1440. Default 10.</summary>
    public TimeSpan ReconcileGrace { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary><c>LANDFALL_WAITING_MINUTES</c>: how long an object may be without an outcome, or a run without its end, before somebody is told, in minutes, 1 to 10,080. Default 60.</summary>
    public TimeSpan Waiting { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary><c>LANDFALL_DEAD_LETTERS</c>: the ids of the subscriptions in which dead letters wait, several with commas between them. Default <c>dead-letters</c>.</summary>
    public string DeadLetters { get; init; } = "dead-letters";

    /// <summary><c>LANDFALL_REJECTS_RETENTION_DAYS</c>: how long quarantined rows and refused files are kept, in days, 1 to 3650; less where a contract's retention is less. Default 90.</summary>
    public TimeSpan RejectsRetention { get; init; } = TimeSpan.FromDays(90);

    /// <summary><c>LANDFALL_RECEIPTS_RETENTION_DAYS</c>: the same of receipts. Default 400.</summary>
    public TimeSpan ReceiptsRetention { get; init; } = TimeSpan.FromDays(400);

    /// <summary><c>LANDFALL_EXPORTS_RETENTION_DAYS</c>: the same of what was exported, 3 to 3650: a run's pages wait for two days. Default 35.</summary>
    public TimeSpan ExportsRetention { get; init; } = TimeSpan.FromDays(35);

    /// <summary><c>LANDFALL_TIMEOUT</c>: how long one event may take, in seconds, 1 to 86,400. Default 540, the longest an event-driven function has; a job has more.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(540);

    /// <summary>
    /// <c>LANDFALL_LARGE_JOB</c>: the Cloud Run job that lands what would take longer than half of <see cref="Timeout"/>, as <c>projects/…/locations/…/jobs/…</c>; null lands everything here.
    /// </summary>
    public string? LargeJob { get; init; }

    /// <summary><c>LANDFALL_RUN_ENDPOINT</c>: where Cloud Run answers. Credentials are sent over https only.</summary>
    public Uri RunEndpoint { get; init; } = new("https://run.googleapis.com");

    /// <summary>
    /// <c>LANDFALL_PUSH_AUDIENCE</c>: the audience a caller's token must carry. Set together with <see cref="PushEmail"/>, or leave the check to
    /// Cloud Run's invoker role.
    /// </summary>
    public string? PushAudience { get; init; }

    /// <summary><c>LANDFALL_PUSH_EMAIL</c>: the service account a caller's token must carry.</summary>
    public string? PushEmail { get; init; }

    /// <summary>
    /// <c>LANDFALL_BEHIND_IAM</c>: whether Cloud Run's IAM lets nobody in but its invokers. It has verified a token's signature then, and taken it away; where it does not stand in front, whoever likes
    /// can write such a token. That Cloud Run is around (<see cref="Service"/>) does not say so: a service may be open to all users, and Knative sets the same variable.
    /// </summary>
    public bool BehindIam { get; init; }

    /// <summary><c>LANDFALL_API_AUDIENCE</c>: the audience that a token of the API's callers must carry.</summary>
    public string? ApiAudience { get; init; }

    /// <summary><c>LANDFALL_API_ISSUER</c>: the issuer of those tokens; null for Google.</summary>
    public string? ApiIssuer { get; init; }

    /// <summary><c>LANDFALL_API_KEYS</c>: a file with the JSON Web Key Set that verifies those tokens; null where Cloud Run has verified them (<see cref="BehindIam"/>).</summary>
    public string? ApiKeys { get; init; }

    /// <summary><c>LANDFALL_API_ROLES</c>: who has which of the contracts' roles, as <c>hiring_readers=ana@example.com</c>, several with commas between them.</summary>
    public IReadOnlyList<(string Role, string Email)>? ApiRoles { get; init; }

    /// <summary><c>LANDFALL_API_OPEN</c>: whether the API lets everybody do everything: where nobody else can reach it.</summary>
    public bool ApiOpen { get; init; }

    /// <summary><c>LANDFALL_API_RATE</c>: requests a second that a caller of the API may send, 1 to 1,000,000; twice as many may come at once. Default 1000.</summary>
    public int ApiRate { get; init; } = 1000;

    /// <summary><c>PORT</c>: where to listen. Default 8080; 0 takes a free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary><c>K_SERVICE</c>: the service's name, which Cloud Run sets; null elsewhere.</summary>
    public string? Service { get; init; }

    /// <summary><c>CLOUD_RUN_JOB</c>: the job's name, which Cloud Run sets in one; null elsewhere. Nothing there has verified a token, as before a service.</summary>
    public string? JobName { get; init; }

    /// <summary><c>GOOGLE_CLOUD_PROJECT</c>: the project's id; BigQuery's datasets are there, and log lines name their trace in full. Null when not set.</summary>
    public string? Project { get; init; }

    /// <summary><c>OTEL_EXPORTER_OTLP_ENDPOINT</c>: where traces and metrics go; null for nowhere. OpenTelemetry's other variables hold too.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>The project at Bloomreach; null when there is none.</summary>
    public BloomreachAccount? Bloomreach =>
        BloomreachUrl is { } url && BloomreachProject is { } project && BloomreachKey is { } key && BloomreachSecret is { } secret ? new(url, project, key, secret) : null;

    /// <summary>The folder of the reports; null where nobody says one and none stands beside the contracts, or, where those are in a bucket, beside the program.</summary>
    public string? ReportsFolder =>
        Reports ?? (Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(ContractsAreInBucket ? new Settings().Contracts : Contracts))) is { } beside && Directory.Exists(Path.Combine(beside, "reports")) ? Path.Combine(beside, "reports") : null);

    /// <summary>Whether the contracts lie in a bucket.</summary>
    public bool ContractsAreInBucket => ContractUri.Of(Contracts) is not null;

    /// <summary>The full name of one of Landfall's buckets.</summary>
    public string Bucket(string name) => BucketPrefix + name;

    /// <param name="environment">The variables; an empty one counts as not set.</param>
    /// <exception cref="FormatException">Variables can not be read; the message names every one, what is expected of it, and no secret.</exception>
    public static Settings FromEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        var settings = new Settings();
        var faults = new List<string>();
        foreach (var (name, bind) in Bindings)
        {
            if (!environment.TryGetValue(name, out var value) || value.Length == 0) continue;
            try
            {
                settings = bind(settings, value);
            }
            catch (FormatException e)
            {
                faults.Add($"{name} {e.Message}");
            }
        }
        foreach (var name in environment.Keys.Order(StringComparer.Ordinal))
        {
            if (name.StartsWith("LANDFALL_", StringComparison.Ordinal) && !Variables.Contains(name))
                faults.Add($"{name} is no setting; did you mean {NearestName.Of(name, Variables)}?");
        }
        if (settings.PushAudience is null != settings.PushEmail is null)
        {
            var missing = settings.PushEmail is null ? "LANDFALL_PUSH_EMAIL" : "LANDFALL_PUSH_AUDIENCE";
            faults.Add($"{missing} is not set; a caller's token is checked for both audience and email, or not at all");
        }
        if (settings.BehindIam && settings.Service is null)
            faults.Add("LANDFALL_BEHIND_IAM says that Cloud Run's IAM is in front, but K_SERVICE, which Cloud Run sets, is not set");
        if (settings.ApiOpen && (settings.ApiAudience ?? settings.ApiKeys) is not null)
            faults.Add("LANDFALL_API_OPEN lets everybody in; set it, or LANDFALL_API_AUDIENCE and LANDFALL_API_KEYS, not both");
        faults.AddRange(settings.HalfABloomreach());
        return faults.Count == 0 ? settings : throw new FormatException($"The settings can not be used:\n  {string.Join("\n  ", faults)}");
    }

    /// <summary>What is missing of Bloomreach's settings, where there are some.</summary>
    private IEnumerable<string> HalfABloomreach()
    {
        (string Name, bool IsSet)[] all =
        [
            ("LANDFALL_BLOOMREACH_URL", BloomreachUrl is not null), ("LANDFALL_BLOOMREACH_PROJECT", BloomreachProject is not null),
            ("LANDFALL_BLOOMREACH_KEY", BloomreachKey is not null), ("LANDFALL_BLOOMREACH_SECRET", BloomreachSecret is not null),
        ];
        return all.Any(one => one.IsSet) ? all.Where(one => !one.IsSet).Select(one => $"{one.Name} is not set; Bloomreach's four settings are set together, or none of them") : [];
    }

    /// <summary>All but secrets, of which it says only whether they are set.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"Contracts = {Contracts}, Reports = {Reports}, ReportsDataset = {ReportsDataset}, Environment = {Environment}, Datasets = {string.Join(",", Datasets?.Select(d => $"{d.Key}={d.Value}") ?? [])}, BucketPrefix = {BucketPrefix}, ")
            .Append(CultureInfo.InvariantCulture, $"Postgres = {(Postgres is null ? "not set" : "set")}, StorageEndpoint = {StorageEndpoint}, ")
            .Append(CultureInfo.InvariantCulture, $"BigQueryEndpoint = {BigQueryEndpoint}, BigQueryConnection = {BigQueryConnection}, Costs = {Costs}, PubSubEndpoint = {PubSubEndpoint}, Location = {Location}, LandingsTopic = {LandingsTopic}, OpenLineage = {(OpenLineage is null or ToTheLog ? OpenLineage : new Uri(OpenLineage).GetLeftPart(UriPartial.Path))}, ")
            .Append(CultureInfo.InvariantCulture, $"BloomreachUrl = {BloomreachUrl}, Bloomreach = {(BloomreachSecret is null ? "not set" : "set")}, ")
            .Append(CultureInfo.InvariantCulture, $"FetchMirror = {FetchMirror?.GetLeftPart(UriPartial.Path)}, BackupRetention = {BackupRetention}, ReconcileGrace = {ReconcileGrace}, Waiting = {Waiting}, DeadLetters = {DeadLetters}, LargeJob = {LargeJob}, RunEndpoint = {RunEndpoint}, RejectsRetention = {RejectsRetention}, ReceiptsRetention = {ReceiptsRetention}, ExportsRetention = {ExportsRetention}, Timeout = {Timeout}, PushAudience = {PushAudience}, PushEmail = {PushEmail}, BehindIam = {BehindIam}, ")
            .Append(CultureInfo.InvariantCulture, $"ApiAudience = {ApiAudience}, ApiIssuer = {ApiIssuer}, ApiKeys = {ApiKeys}, ApiRoles = {ApiRoles?.Count ?? 0}, ApiOpen = {ApiOpen}, ApiRate = {ApiRate}, Port = {Port}, Service = {Service}, JobName = {JobName}, ")
            .Append(CultureInfo.InvariantCulture, $"Project = {Project}, OtlpEndpoint = {OtlpEndpoint?.GetLeftPart(UriPartial.Path)}");
        return true;
    }

    /// <summary>A folder's may be anything; a bucket's is looked at now.</summary>
    private static string Place(string value)
    {
        _ = ContractUri.Of(value);
        return value;
    }

    private static TableName TableId(string value) => value.Split('.') is [var dataset, var table] && Identifier.TryParse(dataset, out var schema) && Identifier.TryParse(table, out var name)
        ? new(schema.Name, name.Name)
        : throw new FormatException("must be a dataset and a table, landfall.costs");

    private static Uri HttpUri(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new FormatException("must be an absolute URI that begins with http:// or https://");

    /// <summary>Where a secret is sent.</summary>
    private static Uri SecretUri(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0
            ? uri
            : throw new FormatException("must be an absolute URI that begins with https:// (or, on this machine, http://), without user, query and fragment");

    private static string Job(string value) =>
        value.Split('/') is ["projects", { Length: > 0 }, "locations", { Length: > 0 }, "jobs", { Length: > 0 }] && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '.' or ':' or '_')
            ? value
            : throw new FormatException($"is '{value}'; it must be projects/<project>/locations/<region>/jobs/<job>");

    private static BigQueryConnection Connection(string value) =>
        BigQueryConnection.TryParse(value) ?? throw new FormatException($"is '{value}'; it must be location.connection, such as eu.landfall, or projects/…/locations/…/connections/…");

    private static Identifier Name(string value) =>
        Identifier.TryParse(value, out var name) ? name : throw new FormatException($"is '{value}'; it must be a name of lower-case letters, digits and '_'");

    private static Dictionary<Identifier, Identifier> Names(string value)
    {
        var names = new Dictionary<Identifier, Identifier>();
        foreach (var pair in value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (pair.Split('=', StringSplitOptions.TrimEntries) is not [var from, var to] || !Identifier.TryParse(from, out var name) || !Identifier.TryParse(to, out var here) || !names.TryAdd(name, here))
                throw new FormatException($"is '{value}'; it must be name=name, several with commas between them and each once: lower-case letters, digits and '_'");
        }
        return names;
    }

    private static List<(string, string)> Roles(string value)
    {
        var roles = new List<(string, string)>();
        foreach (var pair in value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } role, var email] || email.Count('@') != 1)
                throw new FormatException($"is '{value}'; it must be role=email, several with commas between them: hiring_readers=ana@example.com,hiring_editors=bo@example.com");
            roles.Add((role, email));
        }
        return roles;
    }

    private static bool Truth(string value) => bool.TryParse(value, out var truth) ? truth : throw new FormatException($"is '{value}'; it must be true or false");

    private static int Number(string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"is '{value}'; it must be a whole number from {least} to {most}");
}
