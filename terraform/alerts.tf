# Who is told what. Reconcile writes one line for each alert of a dataset (shared/RUNBOOK.md); a contract's alerts go to its support channels, the rest to the operators.
locals {
  alert_lines = "resource.type=\"cloud_run_revision\" AND severity=ERROR AND jsonPayload.runbook:*"
  # Large files land in a job.
  landing_lines = "resource.type=(\"cloud_run_revision\" OR \"cloud_run_job\")"
  refused_lines = "${local.landing_lines} AND severity=WARNING AND jsonPayload.outcome=\"refused\""
  landed_lines  = "${local.landing_lines} AND jsonPayload.rowsLanded:*"

  metrics = {
    alerts  = { filter = local.alert_lines, description = "Alerts that Reconcile raised, by contract and kind.", labels = { contract = "contract", kind = "kind" } }
    refused = { filter = local.refused_lines, description = "Sources that were refused.", labels = { reason = "reason" } }
    landed  = { filter = local.landed_lines, description = "Landings, by contract and outcome.", labels = { contract = "contract", outcome = "outcome" } }
  }
}

resource "google_logging_metric" "this" {
  for_each = local.metrics

  name             = "landfall/${each.key}"
  description      = each.value.description
  filter           = each.value.filter
  label_extractors = { for label, field in each.value.labels : label => "EXTRACT(jsonPayload.${field})" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    dynamic "labels" {
      for_each = each.value.labels

      content {
        key        = labels.key
        value_type = "STRING"
      }
    }
  }
}

# A dataset that is late, missing, small, large, waiting, unfinished, unbalanced, or has dead letters.
resource "google_monitoring_alert_policy" "dataset" {
  for_each = local.alerts

  display_name          = "Landfall: ${each.key}"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = each.value.channels
  user_labels           = each.value.labels

  conditions {
    display_name = "Reconcile raised an alert"

    condition_matched_log {
      filter           = "${local.alert_lines} AND jsonPayload.contract=\"${each.key}\""
      label_extractors = { kind = "EXTRACT(jsonPayload.kind)", detail = "EXTRACT(jsonPayload.detail)", command = "EXTRACT(jsonPayload.command)" }
    }
  }

  alert_strategy {
    auto_close = "86400s"

    notification_rate_limit {
      period = "300s"
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "$${log.extracted_label.kind}: ${each.key}"
    content   = "$${log.extracted_label.detail}\n\nOwner: ${local.contracts[each.key].team}. What helps: `$${log.extracted_label.command}`; shared/RUNBOOK.md has a paragraph for each kind."
  }
}

# A file or run that was refused as a whole: its producer has a receipt, and hears of it here. Objects of a contract are in its folder; runs begin with its topic.
resource "google_monitoring_alert_policy" "refused" {
  for_each = local.alerts

  display_name          = "Landfall: ${each.key} refused"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = each.value.channels
  user_labels           = each.value.labels

  conditions {
    display_name = "A source was refused"

    condition_matched_log {
      filter           = "${local.refused_lines} AND jsonPayload.contract=\"${each.key}\""
      label_extractors = { source = "EXTRACT(jsonPayload.source)", reason = "EXTRACT(jsonPayload.reason)", hint = "EXTRACT(jsonPayload.hint)" }
    }
  }

  alert_strategy {
    auto_close = "86400s"

    notification_rate_limit {
      period = "300s"
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "refused: ${each.key}"
    content   = "$${log.extracted_label.source}: $${log.extracted_label.reason}. $${log.extracted_label.hint}. Nothing of it has landed; its receipt says every reason, and the rows are in quarantine. shared/RUNBOOK.md#refused"
  }
}

resource "google_monitoring_alert_policy" "dead_letters" {
  display_name          = "Landfall: dead letters"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = var.operators

  conditions {
    display_name = "Messages wait in dead-letters"

    condition_threshold {
      filter          = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${google_pubsub_subscription.dead_letters.name}\" AND metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"

      aggregations {
        alignment_period   = "300s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Look at them with `landfall deadletters`, mend what failed, and redrive them. Pages of runs wait for two days. shared/RUNBOOK.md#dead-letters"
  }
}

resource "google_monitoring_alert_policy" "errors" {
  display_name          = "Landfall: functions fail"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = var.operators

  conditions {
    display_name = "More than a tenth of a function's requests are answered 5xx"

    condition_threshold {
      filter             = "resource.type=\"cloud_run_revision\" AND metric.type=\"run.googleapis.com/request_count\" AND metric.labels.response_code_class=\"5xx\""
      denominator_filter = "resource.type=\"cloud_run_revision\" AND metric.type=\"run.googleapis.com/request_count\""
      comparison         = "COMPARISON_GT"
      threshold_value    = 0.1
      duration           = "900s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
        group_by_fields      = ["resource.label.service_name"]
      }

      denominator_aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
        group_by_fields      = ["resource.label.service_name"]
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "503 means that it will be tried again; the log of the function says why. A tenth for a quarter of an hour does not pass by itself. shared/RUNBOOK.md#functions-fail"
  }
}

resource "google_monitoring_dashboard" "this" {
  dashboard_json = jsonencode({
    displayName = "Landfall"
    mosaicLayout = {
      columns = 12
      tiles = [for index, chart in [
        { title = "Landings by contract", filter = "metric.type=\"logging.googleapis.com/user/landfall/landed\"", by = "metric.label.contract", aligner = "ALIGN_DELTA", reducer = "REDUCE_SUM" },
        { title = "Refused", filter = "metric.type=\"logging.googleapis.com/user/landfall/refused\"", by = "resource.label.service_name", aligner = "ALIGN_DELTA", reducer = "REDUCE_SUM" },
        { title = "Alerts by contract", filter = "metric.type=\"logging.googleapis.com/user/landfall/alerts\"", by = "metric.label.contract", aligner = "ALIGN_DELTA", reducer = "REDUCE_SUM" },
        { title = "Oldest event that is not handled (s)", filter = "resource.type=\"pubsub_subscription\" AND metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\"", by = "resource.label.subscription_id", aligner = "ALIGN_MAX", reducer = "REDUCE_MAX" },
        { title = "Requests by function and answer", filter = "resource.type=\"cloud_run_revision\" AND metric.type=\"run.googleapis.com/request_count\"", by = "resource.label.service_name", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM" },
        { title = "Time to answer, 95 of 100 (ms)", filter = "resource.type=\"cloud_run_revision\" AND metric.type=\"run.googleapis.com/request_latencies\"", by = "resource.label.service_name", aligner = "ALIGN_PERCENTILE_95", reducer = "REDUCE_MAX" },
        { title = "Memory by function", filter = "resource.type=\"cloud_run_revision\" AND metric.type=\"run.googleapis.com/container/memory/utilizations\"", by = "resource.label.service_name", aligner = "ALIGN_PERCENTILE_99", reducer = "REDUCE_MAX" },
        { title = "Postgres: processor", filter = "resource.type=\"cloudsql_database\" AND metric.type=\"cloudsql.googleapis.com/database/cpu/utilization\"", by = "resource.label.database_id", aligner = "ALIGN_MEAN", reducer = "REDUCE_MEAN" },
        ] : {
        xPos = index % 2 * 6, yPos = floor(index / 2) * 4, width = 6, height = 4
        widget = { title = chart.title, xyChart = { dataSets = [{ plotType = "LINE", timeSeriesQuery = { timeSeriesFilter = {
          filter      = chart.filter
          aggregation = { alignmentPeriod = "300s", perSeriesAligner = chart.aligner, crossSeriesReducer = chart.reducer, groupByFields = [chart.by] }
        } } }] } }
      }]
    }
  })
}

# A budget for all (shared/RUNBOOK.md#budget); cost by contract and team is in the bill, by labels.
resource "google_billing_budget" "this" {
  count = var.billing_account == "" ? 0 : 1

  billing_account = var.billing_account
  display_name    = "Landfall"

  budget_filter {
    projects = ["projects/${data.google_project.this.number}"]
  }

  amount {
    specified_amount {
      units = tostring(var.budget)
    }
  }

  dynamic "threshold_rules" {
    for_each = [0.5, 0.9, 1.0]

    content {
      threshold_percent = threshold_rules.value
    }
  }

  all_updates_rule {
    monitoring_notification_channels = var.operators
  }
}
