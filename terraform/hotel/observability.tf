# What is promised to guests, and who is woken when it is not kept: a budget of errors, not an alarm for each.
locals {
  promises = { web = 0.999, viewing = 0.999, search = 0.995, guest = 0.99, booking = 0.999 }
}

resource "google_monitoring_service" "service" {
  for_each = local.services

  service_id   = each.key
  display_name = each.key

  basic_service {
    service_type   = "CLOUD_RUN"
    service_labels = { service_name = each.key, location = local.home }
  }
}

resource "google_monitoring_slo" "service" {
  for_each = local.promises

  service             = google_monitoring_service.service[each.key].service_id
  slo_id              = "availability"
  display_name        = "${each.key} answers"
  goal                = each.value
  rolling_period_days = 28

  basic_sli {
    availability {
      enabled = true
    }
  }
}

resource "google_monitoring_alert_policy" "budget" {
  for_each = local.promises

  display_name          = "${each.key} uses up its errors"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = var.channels

  conditions {
    display_name = "Ten times as fast as the promise allows, for an hour"

    condition_threshold {
      filter          = "select_slo_burn_rate(\"${google_monitoring_slo.service[each.key].name}\", \"3600s\")"
      comparison      = "COMPARISON_GT"
      threshold_value = 10
      duration        = "0s"
    }
  }
}

resource "google_monitoring_uptime_check_config" "site" {
  display_name = "The site, from three continents"
  timeout      = "10s"
  period       = "60s"

  http_check {
    path         = "/"
    port         = 443
    use_ssl      = true
    validate_ssl = true
  }

  monitored_resource {
    type   = "uptime_url"
    labels = { project_id = var.project, host = var.domain }
  }
}
