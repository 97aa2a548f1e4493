terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.50"
    }
  }

  # The bucket is named when it is initialised: terraform init -backend-config=bucket=…
  backend "gcs" {
    prefix = "landfall"
  }
}

provider "google" {
  project        = var.project
  region         = var.region
  default_labels = { app = "landfall" }
}

data "google_project" "this" {}
