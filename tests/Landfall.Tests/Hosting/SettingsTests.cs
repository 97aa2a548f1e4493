using Landfall.Contracts;
using Landfall.Hosting;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Hosting;

public sealed class SettingsTests
{
    [Fact]
    public void Nothing_set_is_the_default() => Settings.FromEnvironment(new Dictionary<string, string> { ["PATH"] = "/bin", ["LANDFALL_POSTGRES"] = "" }).ShouldBe(new Settings());

    [Fact]
    public void Every_variable_is_bound()
    {
        var environment = new Dictionary<string, string>
        {
            ["LANDFALL_CONTRACTS"] = "/contracts",
            ["LANDFALL_REPORTS"] = "/reports",
            ["LANDFALL_REPORTS_DATASET"] = "acme_reports",
            ["LANDFALL_ENVIRONMENT"] = "prod",
            ["LANDFALL_DATASETS"] = "a=b, c=d",
            ["LANDFALL_BUCKET_PREFIX"] = "acme-",
            ["LANDFALL_POSTGRES"] = "Host=db",
            ["LANDFALL_STORAGE_ENDPOINT"] = "http://127.0.0.1:9000",
            ["LANDFALL_BIGQUERY_ENDPOINT"] = "http://127.0.0.1:9001",
            ["LANDFALL_COSTS"] = "landfall.costs",
            ["LANDFALL_BIGQUERY_CONNECTION"] = "projects/p/locations/eu/connections/c",
            ["LANDFALL_PUBSUB_ENDPOINT"] = "http://127.0.0.1:9002",
            ["LANDFALL_LOCATION"] = "US",
            ["LANDFALL_LANDINGS_TOPIC"] = "landings",
            ["LANDFALL_OPENLINEAGE"] = "https://lineage.example.com/api/v1/lineage",
            ["LANDFALL_FETCH_MIRROR"] = "https://mirror.example.com/a",
            ["LANDFALL_BLOOMREACH_URL"] = "https://api.exponea.com",
            ["LANDFALL_BLOOMREACH_PROJECT"] = "token",
            ["LANDFALL_BLOOMREACH_KEY"] = "key",
            ["LANDFALL_BLOOMREACH_SECRET"] = "hunter2",
            ["LANDFALL_BACKUP_RETENTION_DAYS"] = "7",
            ["LANDFALL_RECONCILE_GRACE_MINUTES"] = "3",
            ["LANDFALL_WAITING_MINUTES"] = "30",
            ["LANDFALL_DEAD_LETTERS"] = "a,b",
            ["LANDFALL_REJECTS_RETENTION_DAYS"] = "8",
            ["LANDFALL_RECEIPTS_RETENTION_DAYS"] = "9",
            ["LANDFALL_EXPORTS_RETENTION_DAYS"] = "10",
            ["LANDFALL_TIMEOUT"] = "30",
            ["LANDFALL_LARGE_JOB"] = "projects/p/locations/europe-west1/jobs/j",
            ["LANDFALL_RUN_ENDPOINT"] = "http://127.0.0.1:9003",
            ["LANDFALL_PUSH_AUDIENCE"] = "aud",
            ["LANDFALL_PUSH_EMAIL"] = "a@b",
            ["LANDFALL_BEHIND_IAM"] = "true",
            ["LANDFALL_API_AUDIENCE"] = "https://api.example.com",
            ["LANDFALL_API_ISSUER"] = "https://id.example.com",
            ["LANDFALL_API_KEYS"] = "/keys.json",
            ["LANDFALL_API_ROLES"] = "readers=a@b, writers=c=d@e",
            ["LANDFALL_API_OPEN"] = "false",
            ["LANDFALL_API_RATE"] = "5",
            ["LANDFALL_TEST_PROJECT"] = "only for tests",
            ["PORT"] = "0",
            ["K_SERVICE"] = "svc",
            ["CLOUD_RUN_JOB"] = "job",
            ["GOOGLE_CLOUD_PROJECT"] = "p1",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4318",
        };
        environment.Keys.ShouldBe(Settings.Variables, ignoreOrder: true);

        var settings = Settings.FromEnvironment(environment);
        settings.Datasets!.Select(d => $"{d.Key} {d.Value}").ShouldBe(["a b", "c d"]);
        settings.ApiRoles.ShouldBe([("readers", "a@b"), ("writers", "c=d@e")]);
        settings.ShouldBe(new Settings
        {
            Contracts = "/contracts",
            Reports = "/reports",
            ReportsDataset = Identifier.Parse("acme_reports"),
            Environment = "prod",
            Datasets = settings.Datasets,
            BucketPrefix = "acme-",
            Postgres = "Host=db",
            StorageEndpoint = new("http://127.0.0.1:9000"),
            BigQueryEndpoint = new("http://127.0.0.1:9001"),
            Costs = new("landfall", "costs"),
            BigQueryConnection = new("p", "eu", "c"),
            PubSubEndpoint = new("http://127.0.0.1:9002"),
            Location = "US",
            LandingsTopic = "landings",
            OpenLineage = "https://lineage.example.com/api/v1/lineage",
            FetchMirror = new("https://mirror.example.com/a"),
            BloomreachUrl = new("https://api.exponea.com"),
            BloomreachProject = "token",
            BloomreachKey = "key",
            BloomreachSecret = "hunter2",
            BackupRetention = TimeSpan.FromDays(7),
            ReconcileGrace = TimeSpan.FromMinutes(3),
            Waiting = TimeSpan.FromMinutes(30),
            DeadLetters = "a,b",
            RejectsRetention = TimeSpan.FromDays(8),
            ReceiptsRetention = TimeSpan.FromDays(9),
            ExportsRetention = TimeSpan.FromDays(10),
            Timeout = TimeSpan.FromSeconds(30),
            LargeJob = "projects/p/locations/europe-west1/jobs/j",
            RunEndpoint = new("http://127.0.0.1:9003"),
            PushAudience = "aud",
            PushEmail = "a@b",
            BehindIam = true,
            ApiAudience = "https://api.example.com",
            ApiIssuer = "https://id.example.com",
            ApiKeys = "/keys.json",
            ApiRoles = settings.ApiRoles,
            ApiRate = 5,
            Port = 0,
            Service = "svc",
            JobName = "job",
            Project = "p1",
            OtlpEndpoint = new("http://127.0.0.1:4318"),
        });
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var fault = Should.Throw<FormatException>(() => Settings.FromEnvironment(new Dictionary<string, string>
        {
            ["LANDFALL_TIMEOUT"] = "soon",
            ["LANDFALL_STORAGE_ENDPOINT"] = "storage",
            ["PORT"] = "65536",
            ["LANDFALL_POSTGERS"] = "postgres://u:hunter2@db/x",
            ["LANDFALL_PUSH_EMAIL"] = "a@b",
            ["LANDFALL_BLOOMREACH_URL"] = "http://example.com",
            ["LANDFALL_BLOOMREACH_SECRET"] = "hunter2",
            ["LANDFALL_DATASETS"] = "a=b,a=c",
            ["LANDFALL_BEHIND_IAM"] = "true",
            ["LANDFALL_API_AUDIENCE"] = "aud",
            ["LANDFALL_API_ROLES"] = "readers",
            ["LANDFALL_API_OPEN"] = "true",
            ["LANDFALL_API_RATE"] = "0",
        }));

        fault.Message.Split('\n').ShouldBe(
        [
            "The settings can not be used:",
            "  LANDFALL_DATASETS is 'a=b,a=c'; it must be name=name, several with commas between them and each once: lower-case letters, digits and '_'",
            "  LANDFALL_STORAGE_ENDPOINT must be an absolute URI that begins with http:// or https://",
            "  LANDFALL_BLOOMREACH_URL must be an absolute URI that begins with https:// (or, on this machine, http://), without user, query and fragment",
            "  LANDFALL_TIMEOUT is 'soon'; it must be a whole number from 1 to 86400",
            "  LANDFALL_API_ROLES is 'readers'; it must be role=email, several with commas between them: hiring_readers=ana@example.com,hiring_editors=bo@example.com",
            "  LANDFALL_API_RATE is '0'; it must be a whole number from 1 to 1000000",
            "  PORT is '65536'; it must be a whole number from 0 to 65535",
            "  LANDFALL_POSTGERS is no setting; did you mean LANDFALL_POSTGRES?",
            "  LANDFALL_PUSH_AUDIENCE is not set; a caller's token is checked for both audience and email, or not at all",
            "  LANDFALL_BEHIND_IAM says that Cloud Run's IAM is in front, but K_SERVICE, which Cloud Run sets, is not set",
            "  LANDFALL_API_OPEN lets everybody in; set it, or LANDFALL_API_AUDIENCE and LANDFALL_API_KEYS, not both",
            "  LANDFALL_BLOOMREACH_URL is not set; Bloomreach's four settings are set together, or none of them",
            "  LANDFALL_BLOOMREACH_PROJECT is not set; Bloomreach's four settings are set together, or none of them",
            "  LANDFALL_BLOOMREACH_KEY is not set; Bloomreach's four settings are set together, or none of them",
        ]);
    }

    [Fact]
    public void An_audience_alone_is_a_fault() =>
        Should.Throw<FormatException>(() => Settings.FromEnvironment(new Dictionary<string, string> { ["LANDFALL_PUSH_AUDIENCE"] = "x" })).Message.ShouldContain("LANDFALL_PUSH_EMAIL is not set");

    [Fact]
    public void The_password_is_not_printed()
    {
        var text = new Settings
        {
            Postgres = "postgres://u:hunter2@db/x",
            OtlpEndpoint = new("https://collector/x?key=hunter2"),
            BloomreachProject = "hunter2-project",
            BloomreachKey = "hunter2-key",
            BloomreachSecret = "hunter2",
        }.ToString();

        text.ShouldNotContain("hunter2");
        text.ShouldContain("Postgres = set");
        text.ShouldContain("Bloomreach = set");
    }
}
