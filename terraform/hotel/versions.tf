terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.50"
    }
  }

  backend "gcs" {
    prefix = "hotel"
  }
}

provider "google" {
  project        = var.project
  region         = local.home
  default_labels = { app = "hotel" }
}

# Payments have a project of their own: what is in no project, network or database with cards is out of PCI's scope.
provider "google" {
  alias          = "payments"
  project        = var.payments_project
  region         = local.home
  default_labels = { app = "hotel-payments" }
}

data "google_project" "this" {}
