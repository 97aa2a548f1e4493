# The functions' images. A release is a tag that is never moved; the last of them are kept, so that an earlier one can be gone back to.
locals {
  registry = "${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.functions.repository_id}"
}

resource "google_artifact_registry_repository" "functions" {
  repository_id = "landfall"
  location      = var.region
  format        = "DOCKER"
  description   = "One image a function."

  docker_config {
    immutable_tags = true
  }

  vulnerability_scanning_config {
    enablement_config = "INHERITED"
  }

  cleanup_policies {
    id     = "keep-releases"
    action = "KEEP"

    most_recent_versions {
      keep_count = 20
    }
  }

  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"

    condition {
      older_than = "7776000s" # 90 days
    }
  }

  depends_on = [google_project_service.this]
}
