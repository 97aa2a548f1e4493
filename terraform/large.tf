# A landing that can not end within an event's time runs as a job: the loaders' own code (`--once`), started with the event as its argument by whoever sees that it is too large. It runs as
# Reconcile's account, which may land whatever any loader may. What is started twice lands once.
locals {
  large_job   = "large-landings"
  large_users = concat(local.loaders, ["reconcile"])
}

resource "google_cloud_run_v2_job" "large" {
  count = var.release == "" ? 0 : 1

  name                = local.large_job
  location            = var.region
  deletion_protection = false # it holds nothing

  template {
    template {
      service_account = google_service_account.function["reconcile"].email
      timeout         = "21600s" # six hours; four tries are LargeLandings' patience
      max_retries     = 3

      vpc_access {
        egress = "ALL_TRAFFIC"

        network_interfaces {
          network    = google_compute_network.this.id
          subnetwork = google_compute_subnetwork.this["google"].id
        }
      }

      containers {
        image = "${local.registry}/drop-zone-load:${var.release}"

        resources {
          limits = { cpu = "2", memory = "2Gi" }
        }

        dynamic "env" {
          # What pushes carry nobody sends here; and a job hands nothing over.
          for_each = { for variable, value in merge(local.settings["reconcile"], { LANDFALL_TIMEOUT = "21300" }) : variable => value if value != "" && !contains(["LANDFALL_PUSH_AUDIENCE", "LANDFALL_PUSH_EMAIL", "LANDFALL_BEHIND_IAM", "LANDFALL_LARGE_JOB"], variable) }

          content {
            name  = env.key
            value = env.value
          }
        }

        dynamic "volume_mounts" {
          for_each = local.postgres ? ["postgres-ca"] : []

          content {
            name       = volume_mounts.value
            mount_path = local.postgres_ca_folder
          }
        }
      }

      dynamic "volumes" {
        for_each = local.postgres ? ["postgres-ca"] : []

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
  }

  depends_on = [google_storage_bucket_iam_member.contracts, google_secret_manager_secret_iam_member.postgres_ca]
}
