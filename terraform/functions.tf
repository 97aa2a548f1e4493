# One Cloud Run service a function, each with an account of its own. What a function may do is in access.tf, what it can reach in network.tf.
locals {
  # `network`: api reaches Postgres alone; google Postgres and Google's APIs; web also the hosts that are named in network.tf.
  # `takes`: events come from Pub/Sub and Cloud Scheduler; http from people and programs, through the load balancer; pages from people whom Identity-Aware Proxy has signed in (console.tf).
  # `concurrency`: files that wait in one instance commit together, those of several meet. From 10,000 files a day on, a contract of BigQuery's wants one instance with up to 1,000: a max_instance_count of its own, for max_instances is for all functions (shared/SCALE.md).
  functions = {
    fetch           = { program = "Fetch", network = "web", takes = ["events"], memory = "512Mi", concurrency = 4, when = anytrue([for contract in local.contracts : contract.fetch != null]) }
    catalog-load    = { program = "CatalogLoad", network = "google", takes = ["events"], memory = "512Mi", concurrency = 4, when = true }
    matrix-load     = { program = "MatrixLoad", network = "google", takes = ["events"], memory = "512Mi", concurrency = 4, when = true }
    drop-zone-load  = { program = "DropZoneLoad", network = "google", takes = ["events"], memory = "1Gi", concurrency = 8, when = true }
    customer-export = { program = "CustomerExport", network = "web", takes = ["events"], memory = "512Mi", concurrency = 1, when = anytrue([for contract in local.contracts : contract.export != null]) }
    customer-chunk  = { program = "CustomerChunk", network = "google", takes = ["events"], memory = "512Mi", concurrency = 16, when = length(local.topics) > 0 }
    employee-uplift = { program = "EmployeeUplift", network = "web", takes = ["events"], memory = "512Mi", concurrency = 1, when = anytrue([for contract in local.contracts : contract.uplifted]) }
    reconcile       = { program = "Reconcile", network = "google", takes = ["events"], memory = "1Gi", concurrency = 2, when = true }
    report-publish  = { program = "ReportPublish", network = "google", takes = ["events"], memory = "512Mi", concurrency = 4, when = local.postgres }
    table-backup    = { program = "TableBackup", network = "google", takes = ["events", "http"], memory = "1Gi", concurrency = 4, when = local.postgres }
    drop            = { program = "Drop", network = "google", takes = ["http"], memory = "512Mi", concurrency = 16, when = true }
    console         = { program = "Console", network = "google", takes = ["pages"], memory = "512Mi", concurrency = 40, when = var.domain != "" }
    api             = { program = "Api", network = "api", takes = ["http"], memory = "512Mi", concurrency = 80, when = local.postgres }
  }

  services = { for name, function in local.functions : name => merge(function, {
    account  = "landfall-${name}"
    audience = "https://${name}.${var.project}.landfall"
    ingress  = function.takes == ["events"] ? "INGRESS_TRAFFIC_INTERNAL_ONLY" : "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  }) if function.when && var.release != "" }

  address = var.domain == "" ? "" : "https://${var.domain}"

  settings = { for name, service in local.services : name => merge(
    {
      LANDFALL_ENVIRONMENT = var.environment
      LANDFALL_DATASETS    = join(",", [for from, to in var.datasets : "${from}=${to}"])
      LANDFALL_TIMEOUT     = "540"
      LANDFALL_BEHIND_IAM  = "true" # nobody is an invoker but who is named in access.tf and console.tf: never allUsers
    },
    # Api reaches neither buckets nor topics, nor BigQuery.
    service.network == "api" ? {} : {
      GOOGLE_CLOUD_PROJECT            = var.project
      LANDFALL_LOCATION               = var.location
      LANDFALL_BUCKET_PREFIX          = local.bucket_prefix
      LANDFALL_LANDINGS_TOPIC         = google_pubsub_topic.landings.name
      LANDFALL_CONTRACTS              = var.contracts_uri
      LANDFALL_BIGQUERY_CONNECTION    = length(local.external) > 0 ? "${lower(var.location)}.landfall" : ""
      LANDFALL_EXPORTS_RETENTION_DAYS = "35"
      LANDFALL_BACKUP_RETENTION_DAYS  = tostring(var.backup_days)
    },
    contains(service.takes, "events") ? { LANDFALL_PUSH_AUDIENCE = service.audience, LANDFALL_PUSH_EMAIL = google_service_account.events.email } : {},
    contains(service.takes, "http") ? { LANDFALL_API_AUDIENCE = coalesce(local.address, service.audience), LANDFALL_API_ROLES = name == "api" && var.contracts_uri != "" ? local.image_roles : local.api_roles } : {},
    contains(service.takes, "pages") ? { LANDFALL_API_ISSUER = "https://cloud.google.com/iap", LANDFALL_API_AUDIENCE = local.console_audience, LANDFALL_API_ROLES = local.api_roles, LANDFALL_COSTS = var.billing_export == "" ? "" : "landfall.costs" } : {},
    local.postgres && contains(local.postgres_users, name) ? { LANDFALL_POSTGRES = local.postgres_settings[name] } : {},
    contains(local.large_users, name) ? { LANDFALL_LARGE_JOB = "projects/${var.project}/locations/${var.region}/jobs/${local.large_job}" } : {},
    contains(local.bloomreach_users, name) && var.bloomreach_url != "" ? { LANDFALL_BLOOMREACH_URL = var.bloomreach_url } : {},
  ) }
}

resource "google_service_account" "function" {
  for_each = local.functions

  account_id   = "landfall-${each.key}"
  display_name = "Landfall: ${each.value.program}"

  depends_on = [google_project_service.this]
}

resource "google_cloud_run_v2_service" "this" {
  for_each = local.services

  name                = each.key
  location            = var.region
  ingress             = each.value.ingress
  custom_audiences    = compact([each.value.audience, contains(each.value.takes, "http") ? local.address : ""])
  deletion_protection = false # it holds nothing: what is lost comes back with the next apply

  template {
    service_account                  = google_service_account.function[each.key].email
    timeout                          = "600s"
    max_instance_request_concurrency = each.value.concurrency

    scaling {
      min_instance_count = 0
      max_instance_count = var.max_instances
    }

    vpc_access {
      egress = "ALL_TRAFFIC"

      network_interfaces {
        network    = google_compute_network.this.id
        subnetwork = google_compute_subnetwork.this[each.value.network].id
      }
    }

    containers {
      image = "${local.registry}/${each.key}:${var.release}"

      ports {
        container_port = 8080
      }

      resources {
        limits            = { cpu = "1", memory = each.value.memory }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      startup_probe {
        period_seconds    = 1
        failure_threshold = 60

        http_get {
          path = "/healthz"
        }
      }

      dynamic "env" {
        for_each = { for variable, value in local.settings[each.key] : variable => value if value != "" }

        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = contains(local.bloomreach_users, each.key) && var.bloomreach_url != "" ? local.bloomreach_secrets : {}

        content {
          name = env.value

          value_source {
            secret_key_ref {
              secret  = google_secret_manager_secret.bloomreach[env.key].secret_id
              version = "latest"
            }
          }
        }
      }

      dynamic "volume_mounts" {
        for_each = local.postgres && contains(local.postgres_users, each.key) ? ["postgres-ca"] : []

        content {
          name       = volume_mounts.value
          mount_path = local.postgres_ca_folder
        }
      }
    }

    dynamic "volumes" {
      for_each = local.postgres && contains(local.postgres_users, each.key) ? ["postgres-ca"] : []

      content {
        name = volumes.value

        secret {
          secret = google_secret_manager_secret.postgres_ca[0].secret_id

          items {
            version = "latest"
            path    = "ca.pem"
          }
        }
      }
    }
  }

  depends_on = [google_storage_bucket_iam_member.contracts, google_secret_manager_secret_iam_member.bloomreach, google_secret_manager_secret_iam_member.postgres_ca]
}
