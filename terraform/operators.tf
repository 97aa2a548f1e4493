# The tool inside the network, for what operators ask of Postgres, which nobody reaches from outside: gcloud run jobs execute landfall --args=…
resource "google_cloud_run_v2_job" "landfall" {
  count = local.postgres && var.release != "" ? 1 : 0

  name                = "landfall"
  location            = var.region
  deletion_protection = false # it holds nothing

  template {
    template {
      service_account = google_service_account.operator.email
      timeout         = "3600s"
      max_retries     = 0 # a person is waiting, and looks at what went wrong

      vpc_access {
        egress = "ALL_TRAFFIC"

        network_interfaces {
          network    = google_compute_network.this.id
          subnetwork = google_compute_subnetwork.this["google"].id
        }
      }

      containers {
        image = "${local.registry}/tool:${var.release}"
        args  = ["status"]

        resources {
          limits = { cpu = "1", memory = "1Gi" }
        }

        dynamic "env" {
          for_each = { for variable, value in {
            GOOGLE_CLOUD_PROJECT   = var.project
            LANDFALL_ENVIRONMENT   = var.environment
            LANDFALL_DATASETS      = join(",", [for from, to in var.datasets : "${from}=${to}"])
            LANDFALL_LOCATION      = var.location
            LANDFALL_BUCKET_PREFIX = local.bucket_prefix
            LANDFALL_CONTRACTS     = var.contracts_uri
            LANDFALL_POSTGRES      = local.postgres_settings["operator"]
          } : variable => value if value != "" }

          content {
            name  = env.key
            value = env.value
          }
        }

        volume_mounts {
          name       = "postgres-ca"
          mount_path = local.postgres_ca_folder
        }
      }

      volumes {
        name = "postgres-ca"

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

  depends_on = [google_secret_manager_secret_iam_member.postgres_ca, google_storage_bucket_iam_member.contracts]
}
