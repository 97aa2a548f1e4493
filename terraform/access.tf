# Who may do what. Each grant is on the smallest thing that has grants; none is to everybody, none of a role that owns or edits a project, and there are no keys.

# --- The functions: which objects, datasets and topics they touch.

# Pub/Sub and Cloud Scheduler call as this account, and it may do nothing else.
resource "google_service_account" "events" {
  account_id   = "landfall-events"
  display_name = "Landfall: Pub/Sub and Cloud Scheduler call functions as this"

  depends_on = [google_project_service.this]
}

resource "google_cloud_run_v2_service_iam_member" "events" {
  for_each = { for name, service in local.services : name => service if contains(service.takes, "events") }

  name     = google_cloud_run_v2_service.this[each.key].name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_service_account.events.member
}

resource "google_service_account_iam_member" "pubsub" {
  service_account_id = google_service_account.events.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.pubsub_agent
}

# Objects are made and never overwritten: create. Overwriting takes the right to delete, too, and keeps the version that was there: user.
locals {
  loaders = distinct(values(local.inboxes))
  inbox   = { for bucket, function in local.inboxes : function => bucket... }

  object_grants = merge(flatten([
    # What a loader lands it reads in its own inboxes.
    [for function, buckets in local.inbox : { for bucket in buckets : "${function} ${bucket}" => { function = function, bucket = bucket, role = "objectViewer" } }],
    # Whatever lands says so to its producer.
    [for function in concat(local.loaders, ["customer-chunk", "employee-uplift", "reconcile"]) : {
      "${function} rejects"  = { function = function, bucket = "rejects", role = function == "reconcile" ? "objectUser" : "objectCreator" }
      "${function} receipts" = { function = function, bucket = "receipts", role = "objectUser" }
    }],
    [for bucket in distinct([for contract in local.contracts : contract.bucket if contract.fetch != null]) : { "fetch ${bucket}" = { function = "fetch", bucket = bucket, role = "objectUser" } }],
    # Drop puts a file where its contract's objects are, and reads what became of it.
    [for bucket in keys(local.inboxes) : { "drop ${bucket}" = { function = "drop", bucket = bucket, role = "objectUser" } }],
    { "drop receipts" = { function = "drop", bucket = "receipts", role = "objectViewer" } },
    # The console shows what became of files, and which backups there are.
    { for bucket in ["receipts", "rejects", "backups"] : "console ${bucket}" => { function = "console", bucket = bucket, role = "objectViewer" } },
    { "customer-export exports" = { function = "customer-export", bucket = "exports", role = "objectUser" } },
    { "customer-export receipts" = { function = "customer-export", bucket = "receipts", role = "objectViewer" } },
    { "table-backup backups" = { function = "table-backup", bucket = "backups", role = "objectUser" } },
    # Reconcile lands what no event announced, and deletes what is kept no longer.
    [for bucket in keys(local.inboxes) : { "reconcile ${bucket}" = { function = "reconcile", bucket = bucket, role = "objectViewer" } }],
    { "reconcile exports" = { function = "reconcile", bucket = "exports", role = "objectUser" } },
  ])...)

  # Which functions write to BigQuery: every table of a contract, by MERGE and load jobs, and the ledger beside it.
  bigquery_users = concat(local.loaders, ["customer-chunk", "employee-uplift", "reconcile"])
  own_datasets   = { landfall = google_bigquery_dataset.landfall.dataset_id, landfall_staging = google_bigquery_dataset.staging.dataset_id }
  loader_datasets = { for function in local.bigquery_users : function => toset([for entry in local.bigquery : entry.dataset if(
    function == "reconcile" ? true :
    function == "customer-chunk" ? local.contracts[entry.contract].topic != null :
    function == "employee-uplift" ? local.contracts[entry.contract].uplifted :
    local.contracts[entry.contract].bucket != null && lookup(local.inboxes, coalesce(local.contracts[entry.contract].bucket, "-"), "") == function
  )]) }
  dataset_grants = merge(concat(
    [for function, datasets in local.loader_datasets : merge(
      { for dataset in datasets : "${function} ${dataset}" => { function = function, dataset = google_bigquery_dataset.contract[dataset].dataset_id } },
      length(datasets) == 0 ? {} : { for dataset, id in local.own_datasets : "${function} ${dataset}" => { function = function, dataset = id } },
    )],
    [{ for dataset in local.report_datasets : "report-publish ${dataset}" => { function = "report-publish", dataset = dataset } }],
  )...)
}

resource "google_storage_bucket_iam_member" "function" {
  for_each = local.object_grants

  bucket = google_storage_bucket.this[each.value.bucket].name
  role   = "roles/storage.${each.value.role}"
  member = google_service_account.function[each.value.function].member
}

# Cloud Run starts a contract's new version by itself where contracts are in a bucket.
resource "google_storage_bucket_iam_member" "contracts" {
  for_each = var.contracts_uri == "" ? {} : merge({ for name, function in local.functions : name => google_service_account.function[name] if function.network != "api" }, { operator = google_service_account.operator })

  bucket = regex("^gs://([^/]+)", var.contracts_uri)[0]
  role   = "roles/storage.objectViewer"
  member = each.value.member
}

resource "google_bigquery_dataset_access" "function" {
  for_each = local.dataset_grants

  dataset_id    = each.value.dataset
  role          = "roles/bigquery.dataEditor"
  user_by_email = google_service_account.function[each.value.function].email

  depends_on = [google_bigquery_dataset.reports]
}

# To run a job is to have a right in the project; on what data it runs is said above.
resource "google_project_iam_member" "jobs" {
  for_each = toset([for grant in local.dataset_grants : grant.function])

  project = var.project
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.function[each.key].member
}

# Functions read what they write, whatever its classification: a MERGE compares.
resource "google_data_catalog_policy_tag_iam_member" "function" {
  for_each = { for pair in setproduct(local.classifications, local.bigquery_users) : "${pair[0]} ${pair[1]}" => { tag = pair[0], function = pair[1] } }

  policy_tag = google_data_catalog_policy_tag.classification[each.value.tag].name
  role       = "roles/datacatalog.categoryFineGrainedReader"
  member     = google_service_account.function[each.value.function].member
}

# Who makes an external table says by which connection it is read.
resource "google_bigquery_connection_iam_member" "function" {
  for_each = length(local.external) > 0 ? toset(local.bigquery_users) : toset([])

  location      = lower(var.location)
  connection_id = google_bigquery_connection.files[0].connection_id
  role          = "roles/bigquery.connectionUser"
  member        = google_service_account.function[each.key].member
}

resource "google_pubsub_topic_iam_member" "landings" {
  for_each = toset(concat(local.loaders, ["customer-chunk", "employee-uplift", "reconcile"]))

  topic  = google_pubsub_topic.landings.name
  role   = "roles/pubsub.publisher"
  member = google_service_account.function[each.key].member
}

resource "google_pubsub_topic_iam_member" "export" {
  for_each = { for topic, page in local.topics : topic => page if page.house }

  topic  = google_pubsub_topic.woken[each.key].name
  role   = "roles/pubsub.publisher"
  member = google_service_account.function["customer-export"].member
}

# What an event leaves no time for is handed to a job.
resource "google_cloud_run_v2_job_iam_member" "large" {
  for_each = var.release == "" ? toset([]) : toset(local.large_users)

  name     = google_cloud_run_v2_job.large[0].name
  location = var.region
  role     = "roles/run.jobsExecutorWithOverrides"
  member   = google_service_account.function[each.key].member
}

# It looks at dead letters and gives them back.
resource "google_pubsub_subscription_iam_member" "reconcile" {
  subscription = google_pubsub_subscription.dead_letters.name
  role         = "roles/pubsub.subscriber"
  member       = google_service_account.function["reconcile"].member
}

resource "google_pubsub_subscription_iam_member" "reconcile_view" {
  subscription = google_pubsub_subscription.dead_letters.name
  role         = "roles/pubsub.viewer"
  member       = google_service_account.function["reconcile"].member
}

# Cloud SQL lets an account in on two conditions: it may log in here, and the database knows it as a user (postgres.tf).
resource "google_project_iam_member" "postgres" {
  for_each = local.postgres ? local.postgres_accounts : {}

  project = var.project
  role    = "roles/cloudsql.instanceUser"
  member  = each.value.member

  condition {
    title      = "landfall"
    expression = "resource.name == \"projects/${var.project}/instances/landfall\" && resource.service == \"sqladmin.googleapis.com\""
  }
}

resource "google_secret_manager_secret_iam_member" "bloomreach" {
  for_each = var.bloomreach_url == "" ? {} : { for pair in setproduct(keys(local.bloomreach_secrets), local.bloomreach_users) : "${pair[0]} ${pair[1]}" => { secret = pair[0], function = pair[1] } }

  secret_id = google_secret_manager_secret.bloomreach[each.value.secret].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.value.function].member
}

resource "google_secret_manager_secret_iam_member" "postgres_ca" {
  for_each = local.postgres ? local.postgres_accounts : {}

  secret_id = google_secret_manager_secret.postgres_ca[0].id
  role      = "roles/secretmanager.secretAccessor"
  member    = each.value.member
}

# --- Producers: each team's account drops below its own prefix, and reads what became of it.

resource "google_service_account" "team" {
  for_each = local.team_names

  project      = coalesce(try(var.teams[each.key].project, null), var.project)
  account_id   = substr("drop-${replace(lower(each.key), "/[^a-z0-9-]/", "-")}", 0, 30)
  display_name = "Landfall: team ${each.key}"

  depends_on = [google_project_service.this]
}

resource "google_service_account_iam_member" "team" {
  for_each = merge([for team in local.team_names : { for member in try(var.teams[team].members, []) : "${team} ${member}" => { team = team, member = member } }]...)

  service_account_id = google_service_account.team[each.value.team].name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = each.value.member
}

# To make and delete objects, and to see what is there; versions are kept, so that nothing is lost that way.
resource "google_project_iam_custom_role" "producer" {
  role_id     = "landfallProducer"
  title       = "Landfall producer"
  description = "Drops files: makes and deletes objects."
  permissions = [
    "storage.multipartUploads.abort", "storage.multipartUploads.create", "storage.multipartUploads.listParts",
    "storage.objects.create", "storage.objects.delete", "storage.objects.get", "storage.objects.list",
  ]

  depends_on = [google_project_service.this]
}

resource "google_storage_managed_folder_iam_member" "drop" {
  for_each = local.drop_teams

  bucket         = google_storage_bucket.this["drop-zone"].name
  managed_folder = google_storage_managed_folder.drop[each.key].name
  role           = google_project_iam_custom_role.producer.id
  member         = google_service_account.team[each.key].member
}

# Beside the drop zone objects are named in full by their contract.
resource "google_storage_bucket_iam_member" "producer" {
  for_each = local.producers

  bucket = google_storage_bucket.this[each.value.bucket].name
  role   = google_project_iam_custom_role.producer.id
  member = google_service_account.team[each.value.team].member

  condition {
    title      = "contract-${each.key}"
    expression = "resource.name.startsWith(\"projects/_/buckets/${google_storage_bucket.this[each.value.bucket].name}/objects/${each.value.prefix}\")"
  }
}

resource "google_storage_managed_folder_iam_member" "receipts" {
  for_each = local.contracts

  bucket         = google_storage_bucket.this["receipts"].name
  managed_folder = google_storage_managed_folder.receipts[each.key].name
  role           = "roles/storage.objectViewer"
  member         = google_service_account.team[each.value.team].member
}

resource "google_storage_managed_folder_iam_member" "rejects" {
  for_each = local.contracts

  bucket         = google_storage_bucket.this["rejects"].name
  managed_folder = google_storage_managed_folder.rejects[each.key].name
  role           = "roles/storage.objectViewer"
  member         = google_service_account.team[each.value.team].member
}

resource "google_pubsub_topic_iam_member" "publisher" {
  for_each = merge([for topic, page in local.topics : { for member in lookup(var.publishers, topic, []) : "${topic} ${member}" => { topic = topic, member = member } }]...)

  topic  = google_pubsub_topic.woken[each.value.topic].name
  role   = "roles/pubsub.publisher"
  member = each.value.member
}

# --- Readers: the tables and views that a contract's roles name, each by itself. A view is let into the tables it shows.

resource "google_bigquery_table_iam_member" "reader" {
  for_each = merge([for name, reader in local.readers : { for member in lookup(var.roles, reader.role, []) : "${name} ${member}" => merge(reader, { member = member }) }]...)

  dataset_id = each.value.dataset
  table_id   = each.value.table
  role       = "roles/bigquery.dataViewer"
  member     = each.value.member

  depends_on = [google_bigquery_table.contract, google_bigquery_table.external, google_bigquery_table.view]
}

resource "google_bigquery_dataset_access" "view" {
  for_each = local.views

  dataset_id = google_bigquery_dataset.contract[each.value.source].dataset_id

  view {
    project_id = var.project
    dataset_id = google_bigquery_table.view[each.key].dataset_id
    table_id   = google_bigquery_table.view[each.key].table_id
  }
}

resource "google_data_catalog_policy_tag_iam_member" "cleared" {
  for_each = merge([for tag in local.classifications : { for member in lookup(var.cleared, tag, []) : "${tag} ${member}" => { tag = tag, member = member } }]...)

  policy_tag = google_data_catalog_policy_tag.classification[each.value.tag].name
  role       = "roles/datacatalog.categoryFineGrainedReader"
  member     = each.value.member
}

resource "google_bigquery_datapolicy_data_policy_iam_member" "masked" {
  for_each = { for pair in setproduct(local.classifications, distinct(flatten([for reader in local.readers : lookup(var.roles, reader.role, [])]))) : "${pair[0]} ${pair[1]}" => { tag = pair[0], member = pair[1] } }

  location       = lower(var.location)
  data_policy_id = google_bigquery_datapolicy_data_policy.masked[each.value.tag].data_policy_id
  role           = "roles/bigquerydatapolicy.maskedReader"
  member         = each.value.member
}

# Who has a role of a contract's may call what answers people; which rows they get is the function's to say.
resource "google_cloud_run_v2_service_iam_member" "caller" {
  for_each = { for pair in setproduct([for name, service in local.services : name if contains(service.takes, "http")], local.callers) : "${pair[0]} ${pair[1]}" => { service = pair[0], member = pair[1] } }

  name     = google_cloud_run_v2_service.this[each.value.service].name
  location = var.region
  role     = "roles/run.invoker"
  member   = each.value.member
}

# --- Operators: one account, and who may act as it.

resource "google_service_account" "operator" {
  account_id   = "landfall-operator"
  display_name = "Landfall: replay, undo, redrive, erase"

  depends_on = [google_project_service.this]
}

resource "google_service_account_iam_member" "operator" {
  for_each = toset(var.operator_members)

  service_account_id = google_service_account.operator.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = each.key
}

# Whoever acts as it may run the job `landfall` with words of their own, and see how that ended; nobody else may.
resource "google_cloud_run_v2_job_iam_member" "operator" {
  for_each = length(google_cloud_run_v2_job.landfall) > 0 ? toset(["roles/run.jobsExecutorWithOverrides", "roles/run.viewer"]) : toset([])

  name     = google_cloud_run_v2_job.landfall[0].name
  location = var.region
  role     = each.key
  member   = google_service_account.operator.member
}

resource "google_storage_bucket_iam_member" "operator" {
  for_each = local.buckets

  bucket = google_storage_bucket.this[each.key].name
  role   = "roles/storage.objectUser"
  member = google_service_account.operator.member
}

resource "google_bigquery_dataset_access" "operator" {
  for_each = merge({ for dataset in local.datasets : dataset => google_bigquery_dataset.contract[dataset].dataset_id }, local.own_datasets)

  dataset_id    = each.value
  role          = "roles/bigquery.dataEditor"
  user_by_email = google_service_account.operator.email
}

resource "google_project_iam_member" "operator" {
  for_each = toset(["roles/bigquery.jobUser", "roles/cloudscheduler.jobRunner"])

  project = var.project
  role    = each.key
  member  = google_service_account.operator.member
}

resource "google_data_catalog_policy_tag_iam_member" "operator" {
  for_each = local.classifications

  policy_tag = google_data_catalog_policy_tag.classification[each.key].name
  role       = "roles/datacatalog.categoryFineGrainedReader"
  member     = google_service_account.operator.member
}

resource "google_pubsub_subscription_iam_member" "operator" {
  subscription = google_pubsub_subscription.dead_letters.name
  role         = "roles/pubsub.subscriber"
  member       = google_service_account.operator.member
}

resource "google_pubsub_topic_iam_member" "operator" {
  for_each = local.woken

  topic  = google_pubsub_topic.woken[each.key].name
  role   = "roles/pubsub.publisher"
  member = google_service_account.operator.member
}
