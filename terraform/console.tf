# The console, at console.<domain>: people sign in by Identity-Aware Proxy, which alone may call it, and tells it who they are.
locals {
  has_console      = var.domain != "" && var.release != ""
  console_host     = "console.${var.domain}"
  console_audience = local.has_console ? "/projects/${data.google_project.this.number}/global/backendServices/${google_compute_backend_service.console[0].generated_id}" : ""
  proxy_agent      = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-iap.iam.gserviceaccount.com"
}

# By the service's name, and not by the service: that is told whom its callers' tokens are for, and so comes later.
resource "google_compute_region_network_endpoint_group" "console" {
  count = local.has_console ? 1 : 0

  name                  = "landfall-console"
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = "console"
  }

  depends_on = [google_project_service.this]
}

resource "google_compute_backend_service" "console" {
  count = local.has_console ? 1 : 0

  name                  = "landfall-console"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.door[0].id

  backend {
    group = google_compute_region_network_endpoint_group.console[0].id
  }

  iap {
    enabled = true
  }

  log_config {
    enable      = true
    sample_rate = 1
  }
}

resource "google_cloud_run_v2_service_iam_member" "proxy" {
  count = local.has_console ? 1 : 0

  name     = google_cloud_run_v2_service.this["console"].name
  location = var.region
  role     = "roles/run.invoker"
  member   = local.proxy_agent
}

# Who has a role of a contract's may sign in; what they see is the function's to say.
resource "google_iap_web_backend_service_iam_member" "console" {
  for_each = local.has_console ? local.callers : toset([])

  web_backend_service = google_compute_backend_service.console[0].name
  role                = "roles/iap.httpsResourceAccessor"
  member              = each.key
}

# It reads: ledgers, the tables of classified columns not; receipts, quarantine and the names of backups. Postgres lets it read, too (postgres.tf).
resource "google_bigquery_dataset_access" "console" {
  count = var.domain == "" ? 0 : 1

  dataset_id    = google_bigquery_dataset.landfall.dataset_id
  role          = "roles/bigquery.dataViewer"
  user_by_email = google_service_account.function["console"].email
}

resource "google_project_iam_member" "console_jobs" {
  count = var.domain == "" ? 0 : 1

  project = var.project
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.function["console"].member
}

# What contracts cost, of the billing's export (https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/standard-usage): Landfall's labels name the contract.
resource "google_bigquery_table" "costs" {
  count = var.billing_export == "" ? 0 : 1

  dataset_id          = google_bigquery_dataset.landfall.dataset_id
  table_id            = "costs"
  description         = "What contracts cost after credits, by month: the last half year."
  deletion_protection = false

  view {
    use_legacy_sql = false
    query          = <<-SQL
      SELECT DATE_TRUNC(DATE(usage_start_time), MONTH) AS month, label.value AS contract, SUM(cost) + SUM(IFNULL((SELECT SUM(credit.amount) FROM UNNEST(credits) AS credit), 0)) AS cost, currency
      FROM `${var.billing_export}`, UNNEST(labels) AS label
      WHERE label.key = 'landfall_contract' AND _PARTITIONTIME >= TIMESTAMP(DATE_SUB(DATE_TRUNC(CURRENT_DATE(), MONTH), INTERVAL 6 MONTH))
      GROUP BY month, contract, currency
    SQL
  }
}

# The view may read what it is made of; who reads the view need not.
resource "google_bigquery_dataset_access" "costs" {
  count = var.billing_export == "" ? 0 : 1

  project    = split(".", var.billing_export)[0]
  dataset_id = split(".", var.billing_export)[1]

  view {
    project_id = var.project
    dataset_id = google_bigquery_table.costs[0].dataset_id
    table_id   = google_bigquery_table.costs[0].table_id
  }
}
