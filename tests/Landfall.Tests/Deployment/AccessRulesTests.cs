using Shouldly;
using Xunit;

namespace Landfall.Tests.Deployment;

/// <summary>The rules hold, and each of them notices when it is broken.</summary>
public sealed class AccessRulesTests
{
    private static readonly Dictionary<string, string> Files = Directory.EnumerateFiles(Repository.Path("terraform"), "*.tf").ToDictionary(file => Path.GetFileName(file), File.ReadAllText);

    [Fact]
    public void They_hold() => AccessRules.Faults(Files).ShouldBeEmpty();

    [Theory]
    [InlineData("access.tf", "member   = google_service_account.events.member", "member   = \"allUsers\"", "everybody")]
    [InlineData("access.tf", "roles/storage.objectViewer\"\n  member         = google_service_account.team", "roles/storage.objectUser\"\n  member         = google_service_account.team", "than read them")]
    [InlineData("access.tf", "roles/bigquery.dataViewer", "roles/bigquery.admin", "does everything")]
    [InlineData("access.tf", "[\"roles/bigquery.jobUser\", ", "[\"roles/bigquery.jobUser\", \"roles/bigquery.dataViewer\", ", "on the whole project")]
    [InlineData("access.tf", "google_storage_managed_folder.drop[each.key].name", "\"/\"", "not its own")]
    [InlineData("access.tf", "/objects/${each.value.prefix}", "/objects/", "not its own")]
    [InlineData("access.tf", "\"storage.objects.get\", ", "\"storage.objects.get\", \"storage.objects.setIamPolicy\", ", "a producer may storage.objects.setIamPolicy")]
    [InlineData("access.tf", "  condition {\n    title      = \"landfall\"", "  conditions {\n    title      = \"landfall\"", "every instance")]
    [InlineData("buckets.tf", "\"enforced\"", "\"inherited\"", "made public")]
    [InlineData("buckets.tf", "uniform_bucket_level_access = true", "uniform_bucket_level_access = false", "single objects")]
    [InlineData("buckets.tf", "enabled = true", "enabled = false", "no versions")]
    [InlineData("buckets.tf", "google_storage_bucket.this[\"drop-zone\"].name\n  name   = \"${each.key}/\"", "google_storage_bucket.this[\"drop-zone\"].name\n  name   = \"all/\"", "google_storage_managed_folder.drop")]
    [InlineData("events.tf", "max_delivery_attempts = local.max_delivery_attempts", "max_delivery_attempts = 5", "a hundred times")]
    [InlineData("events.tf", "ack_deadline_seconds       = local.ack_deadline_seconds", "ack_deadline_seconds       = 10", "less than 600 s")]
    [InlineData("events.tf", "dead_letter_topic     = google_pubsub_topic.dead_letters.id", "dead_letter_topic     = null", "no dead letter")]
    [InlineData("events.tf", "  retry_policy {", "  labels_policy {", "at once")]
    [InlineData("events.tf", "topic                      = google_pubsub_topic.dead_letters.id", "topic                      = google_pubsub_topic.landings.id", "no subscription")]
    [InlineData("events.tf", "member       = local.pubsub_agent", "member       = null", "move dead letters")]
    [InlineData("events.tf", "    ttl = \"\" # never\n  }\n\n  push_config", "    ttl = \"2678400s\"\n  }\n\n  push_config", "expires")]
    [InlineData("schedules.tf", "retry_count          = 5", "retry_count          = 0", "not tried again")]
    [InlineData("functions.tf", "ingress             = each.value.ingress", "ingress             = \"INGRESS_TRAFFIC_ALL\"", "from anywhere")]
    [InlineData("functions.tf", "egress = \"ALL_TRAFFIC\"", "egress = \"PRIVATE_RANGES_ONLY\"", "round the network")]
    [InlineData("operators.tf", "service_account = google_service_account.operator.email", "service_account = google_service_account.function[\"api\"].email", "not the operators'")]
    [InlineData("operators.tf", "google_compute_subnetwork.this[\"google\"]", "google_compute_subnetwork.this[\"web\"]", "round the network")]
    [InlineData("operators.tf", "timeout         = \"3600s\"", "deadline        = \"3600s\"", "no limits")]
    [InlineData("access.tf", "  role     = each.key\n  member   = google_service_account.operator.member", "  role     = each.key\n  member   = google_service_account.events.member", "a job that is not theirs")]
    [InlineData("access.tf", "  name     = google_cloud_run_v2_job.large[0].name", "  name     = google_cloud_run_v2_job.landfall[0].name", "a job that is not theirs")]
    [InlineData("large.tf", "service_account = google_service_account.function[\"reconcile\"].email", "account         = null", "default account")]
    [InlineData("access.tf", "for_each = toset(var.operator_members)", "for_each = toset(concat(var.operator_members, var.roles[\"all\"]))", "act as them")]
    [InlineData("postgres.tf", "!contains(concat([\"api\"], local.postgres_readers), name)", "!contains(local.postgres_readers, name)", "owns tables")]
    [InlineData("postgres.tf", "type     = \"CLOUD_IAM_SERVICE_ACCOUNT\"", "type     = \"BUILT_IN\"", "by a password")]
    [InlineData("console.tf", "    enabled = true\n  }\n\n  log_config", "    enabled = false\n  }\n\n  log_config", "nobody signs in")]
    [InlineData("console.tf", "member   = local.proxy_agent", "member   = google_service_account.events.member", "somebody but the proxy")]
    [InlineData("console.tf", "roles/bigquery.dataViewer", "roles/bigquery.dataEditor", "change the ledgers")]
    [InlineData("network.tf", "action          = \"deny\"", "action          = \"allow\"", "not denied")]
    [InlineData("network.tf", "from = [\"google\", \"web\"]", "from = [\"api\", \"google\", \"web\"]", "Api reaches google")]
    [InlineData("network.tf", "enable_logging  = true", "enable_logging  = false", "not logged")]
    [InlineData("postgres.tf", "ipv4_enabled    = false", "ipv4_enabled    = true", "public address")]
    public void Each_notices_when_it_is_broken(string file, string before, string after, string fault)
    {
        Files[file].ShouldContain(before, Case.Sensitive, "the test breaks what is there");
        var broken = new Dictionary<string, string>(Files) { [file] = Files[file].Replace(before, after, StringComparison.Ordinal) };
        AccessRules.Faults(broken).ShouldContain(found => found.Contains(fault, StringComparison.Ordinal));
    }
}
