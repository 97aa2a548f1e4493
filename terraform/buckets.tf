# Where files lie. Inboxes keep every version of an object, because replay and undo bring versions back; what the house writes itself is kept for as long as Reconcile says.
locals {
  own_buckets = {
    exports  = { history = 7 }  # what was exported, as it came
    rejects  = { history = 7 }  # rows that broke a rule, files that were refused
    receipts = { history = 7 }  # what became of each file
    backups  = { history = 30 } # tables of Postgres
  }
  buckets = merge({ for bucket in keys(local.inboxes) : bucket => { history = var.history_days } }, local.own_buckets)
}

resource "google_storage_bucket" "this" {
  for_each = local.buckets

  name                        = "${local.bucket_prefix}${each.key}"
  location                    = var.location
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = each.value.history
      with_state                 = "ARCHIVED"
    }
  }

  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 7
    }
  }

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_project_service.this]
}

# A team's folder in the drop zone, and a contract's in what is told about it: what access is given on.
resource "google_storage_managed_folder" "drop" {
  for_each = local.drop_teams

  bucket = google_storage_bucket.this["drop-zone"].name
  name   = "${each.key}/"
}

resource "google_storage_managed_folder" "receipts" {
  for_each = local.contracts

  bucket = google_storage_bucket.this["receipts"].name
  name   = "${each.key}/"
}

resource "google_storage_managed_folder" "rejects" {
  for_each = local.contracts

  bucket = google_storage_bucket.this["rejects"].name
  name   = "${each.key}/"
}
