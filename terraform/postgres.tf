# Cloud SQL for Postgres, if a contract lands there: reached inside the network alone, by accounts of IAM, over TLS whose certificate is checked; no passwords.
locals {
  postgres_users = concat(
    distinct([for contract in local.contracts : local.inboxes[contract.bucket] if contract.sink == "postgres" && contract.bucket != null]),
    ["reconcile", "table-backup", "api"], local.postgres_readers,
  )
  # Those that only ask.
  postgres_readers   = concat(["report-publish"], var.domain == "" ? [] : ["console"])
  postgres_ca_folder = "/etc/landfall/postgres"
  # Whoever may log in: those functions, and the operators' account, by the job `landfall` (operators.tf).
  postgres_accounts = merge({ for name in local.postgres_users : name => google_service_account.function[name] }, { operator = google_service_account.operator })
  # An IAM account's user is called without what all of them end in.
  postgres_names = { for name, account in local.postgres_accounts : name => trimsuffix(account.email, ".gserviceaccount.com") }
  postgres_settings = { for name, user in local.postgres_names : name => join(";", [
    "Host=${try(google_sql_database_instance.this[0].private_ip_address, "")}", "Database=landfall", "Username=${user}", "SSL Mode=VerifyCA", "Root Certificate=${local.postgres_ca_folder}/ca.pem",
    # Whoever makes a table, all of them own it. Api makes none: tables are made by who lands, and by Reconcile.
    contains(local.postgres_readers, name) ? "Options=-c default_transaction_read_only=on" : name == "api" ? "Options=-c role=landfall_writer" : "Options=-c role=landfall_owner",
  ]) }
}

resource "google_sql_database_instance" "this" {
  count = local.postgres ? 1 : 0

  name                = "landfall"
  region              = var.region
  database_version    = var.database.version
  deletion_protection = true

  settings {
    tier                        = var.database.tier
    edition                     = "ENTERPRISE"
    availability_type           = var.database.available ? "REGIONAL" : "ZONAL"
    disk_size                   = var.database.disk
    disk_autoresize             = true
    deletion_protection_enabled = true

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.this.id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      start_time                     = "01:00"
      location                       = lower(var.location)
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7

      backup_retention_settings {
        retained_backups = 14
      }
    }

    database_flags {
      name  = "cloudsql.iam_authentication"
      value = "on"
    }

    insights_config {
      query_insights_enabled = true
    }
  }

  depends_on = [google_service_networking_connection.postgres]
}

resource "google_sql_database" "landfall" {
  count = local.postgres ? 1 : 0

  name     = "landfall"
  instance = google_sql_database_instance.this[0].name
}

resource "google_sql_user" "function" {
  for_each = local.postgres ? local.postgres_names : {}

  name     = each.value
  instance = google_sql_database_instance.this[0].name
  type     = "CLOUD_IAM_SERVICE_ACCOUNT"
}

# What those users may do in the database. It is SQL, which Cloud SQL imports from an object; it says what shall be, so it can be imported again.
resource "google_storage_bucket_object" "postgres" {
  count = local.postgres ? 1 : 0

  bucket = google_storage_bucket.this["backups"].name
  name   = "postgres/grants.sql"
  content = templatefile("${path.module}/grants.sql.tftpl", {
    owners  = [for name, user in local.postgres_names : user if !contains(concat(["api"], local.postgres_readers), name)]
    writers = [for name, user in local.postgres_names : user if name == "api"]
    readers = [for name, user in local.postgres_names : user if contains(local.postgres_readers, name)]
  })
}

resource "google_storage_bucket_iam_member" "postgres" {
  count = local.postgres ? 1 : 0

  bucket = google_storage_bucket.this["backups"].name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${google_sql_database_instance.this[0].service_account_email_address}"

  condition {
    title      = "grants"
    expression = "resource.name.startsWith(\"projects/_/buckets/${google_storage_bucket.this["backups"].name}/objects/postgres/\")"
  }
}

resource "google_secret_manager_secret" "postgres_ca" {
  count = local.postgres ? 1 : 0

  secret_id = "landfall-postgres-ca"

  replication {
    auto {}
  }

  depends_on = [google_project_service.this]
}

# No secret, but a file that a container can have.
resource "google_secret_manager_secret_version" "postgres_ca" {
  count = local.postgres ? 1 : 0

  secret      = google_secret_manager_secret.postgres_ca[0].id
  secret_data = google_sql_database_instance.this[0].server_ca_cert[0].cert
}
