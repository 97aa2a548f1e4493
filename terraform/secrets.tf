# Bloomreach's credentials: Terraform makes the secrets, a person adds their versions. Nothing of them is in the state.
locals {
  bloomreach_users   = ["customer-export", "employee-uplift"]
  bloomreach_secrets = { project = "LANDFALL_BLOOMREACH_PROJECT", key = "LANDFALL_BLOOMREACH_KEY", secret = "LANDFALL_BLOOMREACH_SECRET" }
}

resource "google_secret_manager_secret" "bloomreach" {
  for_each = var.bloomreach_url == "" ? {} : local.bloomreach_secrets

  secret_id = "landfall-bloomreach-${each.key}"

  replication {
    auto {}
  }

  depends_on = [google_project_service.this]
}
