# The APIs of Google's that this needs.
resource "google_project_service" "this" {
  for_each = toset([
    "artifactregistry.googleapis.com", "bigquery.googleapis.com", "bigquerydatapolicy.googleapis.com", "billingbudgets.googleapis.com", "cloudbuild.googleapis.com", "cloudscheduler.googleapis.com",
    "cloudresourcemanager.googleapis.com", "compute.googleapis.com", "datacatalog.googleapis.com", "dns.googleapis.com", "iam.googleapis.com", "iap.googleapis.com", "iamcredentials.googleapis.com", "logging.googleapis.com", "monitoring.googleapis.com", "ondemandscanning.googleapis.com",
    "pubsub.googleapis.com", "run.googleapis.com", "secretmanager.googleapis.com", "servicenetworking.googleapis.com", "sqladmin.googleapis.com", "storage.googleapis.com",
  ])

  service            = each.key
  disable_on_destroy = false
}
