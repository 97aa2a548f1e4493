# Cloud Scheduler's ticks. A tick that is not answered 2xx comes again, five times; one that comes twice does nothing more.
resource "google_cloud_scheduler_job" "tick" {
  for_each = { for name, job in local.jobs : name => job if contains(keys(local.services), job.function) }

  name             = each.key
  description      = "Wakes ${local.functions[each.value.function].program}."
  region           = var.region
  schedule         = coalesce(each.value.schedule, "0 0 1 1 *")
  time_zone        = each.value.time_zone
  paused           = each.value.schedule == null # a person runs it
  attempt_deadline = "600s"

  retry_config {
    retry_count          = 5
    min_backoff_duration = "10s"
    max_backoff_duration = "600s"
    max_doublings        = 5
  }

  http_target {
    uri         = "${google_cloud_run_v2_service.this[each.value.function].uri}/"
    http_method = "POST"

    oidc_token {
      service_account_email = google_service_account.events.email
      audience              = local.services[each.value.function].audience
    }
  }

  depends_on = [google_cloud_run_v2_service_iam_member.events]
}
