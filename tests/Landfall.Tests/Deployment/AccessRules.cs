using System.Text.RegularExpressions;

namespace Landfall.Tests.Deployment;

/// <summary>What must be true of the Terraform files, whoever changes them.</summary>
internal static class AccessRules
{
    /// <summary>Rights that are of the project by their nature, and of no data: to run a job, to log in to a database, to run a scheduler's job.</summary>
    private static readonly string[] OfTheProject = ["roles/bigquery.jobUser", "roles/cloudsql.instanceUser", "roles/cloudscheduler.jobRunner"];

    /// <summary>Each breach, with where it is.</summary>
    public static IReadOnlyList<string> Faults(IReadOnlyDictionary<string, string> files)
    {
        var blocks = TerraformBlock.Read(files).ToList();
        return [.. Grants(blocks), .. Buckets(blocks), .. Producers(blocks), .. Events(blocks), .. Services(blocks), .. Jobs(blocks), .. Console(blocks), .. Network(blocks, files)];
    }

    private static IEnumerable<string> Grants(List<TerraformBlock> blocks)
    {
        foreach (var block in blocks)
        {
            if (Regex.IsMatch(block.Body, "\"(allUsers|allAuthenticatedUsers)\"|special_group")) yield return $"{block.Address} is for everybody";
            if (Regex.IsMatch(block.Body, "roles/(owner|editor|viewer|iam.securityAdmin)\"|roles/[a-z]+\\.admin\"")) yield return $"{block.Address} grants a role that does everything";
            if (block.Type == "google_service_account_key") yield return $"{block.Address} is a key";
            if (block.Type is "google_project_iam_binding" or "google_project_iam_policy") yield return $"{block.Address} takes away what others were granted";
            if (block.Type == "google_project_iam_member" && Regex.Matches(block.Body, "\"(roles/[^\"]+)\"").Select(m => m.Groups[1].Value).Except(OfTheProject).FirstOrDefault() is { } role)
                yield return $"{block.Address} grants {role} on the whole project";
            if (block.Type == "google_project_iam_member" && block.Body.Contains("cloudsql", StringComparison.Ordinal) && block.Inner("condition") is null) yield return $"{block.Address} is for every instance";
        }
    }

    private static IEnumerable<string> Buckets(List<TerraformBlock> blocks)
    {
        foreach (var bucket in Of(blocks, "google_storage_bucket"))
        {
            if (bucket.Argument("uniform_bucket_level_access") != "true") yield return $"{bucket.Address} has access of single objects";
            if (bucket.Argument("public_access_prevention") != "\"enforced\"") yield return $"{bucket.Address} may be made public";
            if (bucket.Inner("versioning")?.Contains("enabled = true", StringComparison.Ordinal) != true) yield return $"{bucket.Address} keeps no versions";
        }
    }

    /// <summary>A team touches what is its own: its folder of the drop zone, its contracts' names elsewhere, its own receipts and rejects.</summary>
    private static IEnumerable<string> Producers(List<TerraformBlock> blocks)
    {
        foreach (var grant in blocks.Where(block => block.Body.Contains("google_service_account.team[", StringComparison.Ordinal) && block.Argument("member") is { } member && member.Contains("google_service_account.team[", StringComparison.Ordinal)))
        {
            var confined = grant.Type == "google_storage_managed_folder_iam_member" && grant.Argument("managed_folder")?.EndsWith("[each.key].name", StringComparison.Ordinal) == true
                || grant.Inner("condition") is { } condition && condition.Contains("resource.name.startsWith(", StringComparison.Ordinal) && condition.Contains("/objects/${each.value.prefix}", StringComparison.Ordinal);
            if (!confined) yield return $"{grant.Address} lets a team into what is not its own";
        }
        foreach (var (folder, bucket) in new[] { ("drop", "drop-zone"), ("receipts", "receipts"), ("rejects", "rejects") })
        {
            if (blocks.Find(block => block.Address == $"google_storage_managed_folder.{folder}") is not { } block || block.Argument("name") != "\"${each.key}/\"" || block.Argument("bucket")?.Contains($"[\"{bucket}\"]", StringComparison.Ordinal) != true)
                yield return $"google_storage_managed_folder.{folder} is no folder of its own a team or contract";
        }
        foreach (var name in new[] { "receipts", "rejects" })
        {
            if (blocks.Find(block => block.Address == $"google_storage_managed_folder_iam_member.{name}")?.Argument("role") != "\"roles/storage.objectViewer\"") yield return $"a team may do more with {name} than read them";
        }
        var verbs = blocks.Find(block => block.Address == "google_project_iam_custom_role.producer")?.Body ?? "";
        foreach (var verb in Regex.Matches(verbs, "\"(storage\\.[A-Za-z.]+)\"").Select(m => m.Groups[1].Value))
        {
            if (!Regex.IsMatch(verb, @"^storage\.(objects\.(create|delete|get|list)|multipartUploads\.(abort|create|listParts))$")) yield return $"a producer may {verb}";
        }
    }

    private static IEnumerable<string> Events(List<TerraformBlock> blocks)
    {
        var pushing = Of(blocks, "google_pubsub_subscription").Where(subscription => subscription.Inner("push_config") is not null).ToList();
        if (pushing.Count == 0) yield return "nothing is pushed";
        foreach (var subscription in pushing)
        {
            if (subscription.Argument("ack_deadline_seconds") is not ("600" or "local.ack_deadline_seconds")) yield return $"{subscription.Address} waits less than 600 s";
            if (subscription.Inner("retry_policy") is null) yield return $"{subscription.Address} is tried again at once";
            if (subscription.Inner("dead_letter_policy")?.Contains("google_pubsub_topic.dead_letters", StringComparison.Ordinal) != true) yield return $"{subscription.Address} has no dead letter";
            if (subscription.Argument("max_delivery_attempts") is not ("100" or "local.max_delivery_attempts")) yield return $"{subscription.Address} is not tried a hundred times";
            if (!subscription.Inner("push_config")!.Contains("oidc_token", StringComparison.Ordinal) || !subscription.Inner("push_config")!.Contains("audience", StringComparison.Ordinal)) yield return $"{subscription.Address} does not say who it is";
            if (subscription.Inner("expiration_policy")?.Contains("ttl = \"\"", StringComparison.Ordinal) != true) yield return $"{subscription.Address} expires when nothing comes for a month";
        }
        if (!Of(blocks, "google_pubsub_subscription").Any(subscription => subscription.Argument("topic") == "google_pubsub_topic.dead_letters.id")) yield return "dead letters have no subscription";
        foreach (var grant in new[] { "google_pubsub_topic_iam_member.dead_letters", "google_pubsub_subscription_iam_member.dead_letters" })
        {
            if (blocks.Find(block => block.Address == grant)?.Argument("member") != "local.pubsub_agent") yield return $"Pub/Sub may not move dead letters: {grant}";
        }
        foreach (var job in Of(blocks, "google_cloud_scheduler_job"))
        {
            if (job.Inner("retry_config") is null || job.Argument("retry_count") is null or "0") yield return $"{job.Address} is not tried again";
            if (!job.Body.Contains("oidc_token", StringComparison.Ordinal)) yield return $"{job.Address} does not say who it is";
        }
        if (Of(blocks, "google_storage_notification").Count == 0) yield return "no bucket tells of its objects";
    }

    private static IEnumerable<string> Services(List<TerraformBlock> blocks)
    {
        foreach (var service in Of(blocks, "google_cloud_run_v2_service"))
        {
            if (service.Argument("ingress") is not "each.value.ingress") yield return $"{service.Address} may be reached from anywhere";
            if (service.Argument("service_account") is null) yield return $"{service.Address} runs as the project's default account";
            if (service.Argument("invoker_iam_disabled") is not null) yield return $"{service.Address} asks nobody who they are";
            if (service.Argument("egress") != "\"ALL_TRAFFIC\"") yield return $"{service.Address} goes round the network's rules";
            if (service.Argument("max_instance_count") is null || service.Argument("timeout") is null || service.Argument("limits") is null) yield return $"{service.Address} has no limits";
        }
    }

    /// <summary>The tool beside Postgres is the operators': it runs as their account, and that account alone starts it. The job for large files is the loaders'.</summary>
    private static IEnumerable<string> Jobs(List<TerraformBlock> blocks)
    {
        const string operators = "google_service_account.operator";
        foreach (var job in Of(blocks, "google_cloud_run_v2_job"))
        {
            if (job.Name == "landfall" && job.Argument("service_account") != $"{operators}.email") yield return $"{job.Address} runs as an account that is not the operators'";
            if (job.Argument("service_account") is null) yield return $"{job.Address} runs as the project's default account";
            if (job.Argument("egress") != "\"ALL_TRAFFIC\"" || job.Argument("subnetwork")?.Contains("[\"google\"]", StringComparison.Ordinal) != true) yield return $"{job.Address} goes round the network's rules";
            if (job.Argument("timeout") is null || job.Argument("limits") is null || job.Argument("max_retries") is null) yield return $"{job.Address} has no limits";
        }
        foreach (var grant in blocks.Where(block => block.Type.StartsWith("google_cloud_run_v2_job_iam_", StringComparison.Ordinal)))
        {
            var loaders = grant.Argument("name") == "google_cloud_run_v2_job.large[0].name" && grant.Argument("member") == "google_service_account.function[each.key].member"
                && grant.Argument("for_each")?.EndsWith("toset(local.large_users)", StringComparison.Ordinal) == true;
            if (grant.Type != "google_cloud_run_v2_job_iam_member" || !(loaders || grant.Argument("member") == $"{operators}.member")) yield return $"{grant.Address} lets somebody run a job that is not theirs";
        }
        foreach (var grant in Of(blocks, "google_service_account_iam_member").Where(grant => grant.Argument("service_account_id") == $"{operators}.name"))
        {
            if (grant.Argument("for_each") != "toset(var.operator_members)" || grant.Argument("member") != "each.key") yield return $"{grant.Address} lets others than operators act as them";
        }
        var grants = blocks.Find(block => block.Address == "google_storage_bucket_object.postgres");
        if (grants?.Argument("owners")?.Contains("!contains(concat([\"api\"], local.postgres_readers), name)", StringComparison.Ordinal) != true) yield return "Api or ReportPublish owns tables in Postgres";
        foreach (var user in Of(blocks, "google_sql_user"))
        {
            if (user.Argument("type") != "\"CLOUD_IAM_SERVICE_ACCOUNT\"" || user.Argument("password") is not null) yield return $"{user.Address} logs in by a password";
        }
    }

    /// <summary>The console's pages are for whom the proxy has signed in; nobody else calls it, and it may change nothing.</summary>
    private static IEnumerable<string> Console(List<TerraformBlock> blocks)
    {
        if (blocks.Find(block => block.Address == "google_compute_backend_service.console")?.Inner("iap")?.Contains("enabled = true", StringComparison.Ordinal) != true) yield return "nobody signs in to the console";
        if (blocks.Find(block => block.Address == "google_cloud_run_v2_service_iam_member.proxy")?.Argument("member") != "local.proxy_agent") yield return "somebody but the proxy calls the console";
        if (blocks.Find(block => block.Address == "google_bigquery_dataset_access.console")?.Argument("role") != "\"roles/bigquery.dataViewer\"") yield return "the console may change the ledgers";
    }

    private static IEnumerable<string> Network(List<TerraformBlock> blocks, IReadOnlyDictionary<string, string> files)
    {
        var deny = blocks.Find(block => block.Address == "google_compute_network_firewall_policy_rule.deny");
        if (deny?.Argument("action") != "\"deny\"" || deny.Argument("dest_ip_ranges") != "[\"0.0.0.0/0\"]" || deny.Argument("ip_protocol") != "\"all\"" || deny.Argument("direction") != "\"EGRESS\"") yield return "what is not allowed is not denied";
        foreach (var rule in Of(blocks, "google_compute_network_firewall_policy_rule"))
        {
            if (rule.Argument("enable_logging") != "true") yield return $"{rule.Address} is not logged";
        }
        // Of the rules that allow, `api` is in one: Postgres'.
        var allowed = Regex.Matches(files.GetValueOrDefault("network.tf", ""), @"(\w+) = \{ priority = \d+, from = \[([^\]]*)\]").Select(m => (Rule: m.Groups[1].Value, From: m.Groups[2].Value)).ToList();
        if (allowed.Count == 0) yield return "nothing is allowed";
        foreach (var (rule, _) in allowed.Where(rule => rule.From.Contains("\"api\"", StringComparison.Ordinal) && rule.Rule != "postgres")) yield return $"Api reaches {rule}";
        foreach (var database in Of(blocks, "google_sql_database_instance"))
        {
            if (database.Argument("ipv4_enabled") != "false") yield return $"{database.Address} has a public address";
            if (database.Argument("ssl_mode") != "\"ENCRYPTED_ONLY\"") yield return $"{database.Address} takes plain connections";
            if (database.Argument("point_in_time_recovery_enabled") != "true") yield return $"{database.Address} can not go back in time";
        }
    }

    private static List<TerraformBlock> Of(List<TerraformBlock> blocks, string type) => blocks.FindAll(block => block.Type == type);
}
