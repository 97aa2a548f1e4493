# Payments: a project, network, database and address of their own. The card's number goes from the guest's browser to the payment service provider and never comes here.
resource "google_compute_network" "payments" {
  provider = google.payments

  name                    = "payments"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "payments" {
  provider = google.payments

  name                     = "payments"
  network                  = google_compute_network.payments.id
  region                   = local.home
  ip_cidr_range            = "10.90.0.0/24"
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_5_SEC"
    flow_sampling        = 1.0
  }
}

resource "google_compute_global_address" "payments_sql" {
  provider = google.payments

  name          = "payments-sql"
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  network       = google_compute_network.payments.id
  prefix_length = 20
}

resource "google_service_networking_connection" "payments" {
  provider = google.payments

  network                 = google_compute_network.payments.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.payments_sql.name]
}

resource "google_sql_database_instance" "payments" {
  provider = google.payments

  name                = "payments"
  region              = local.home
  database_version    = "POSTGRES_15"
  deletion_protection = true

  settings {
    tier              = "db-custom-2-7680"
    edition           = "ENTERPRISE"
    availability_type = "REGIONAL"

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.payments.id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      location                       = "eu"
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7
    }
  }

  depends_on = [google_service_networking_connection.payments]
}

resource "google_service_account" "payments" {
  provider = google.payments

  account_id   = "payments"
  display_name = "Payments"
}

# The provider's key, and the secret that its webhooks are signed with: a person adds the versions.
resource "google_secret_manager_secret" "psp" {
  provider = google.payments
  for_each = toset(["psp-key", "psp-webhook-secret"])

  secret_id = each.key

  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_iam_member" "psp" {
  provider = google.payments
  for_each = google_secret_manager_secret.psp

  secret_id = each.value.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.payments.member
}

resource "google_cloud_run_v2_service" "payments" {
  provider = google.payments

  name                = "payments"
  location            = local.home
  ingress             = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  deletion_protection = false

  template {
    service_account = google_service_account.payments.email
    timeout         = "30s"

    scaling {
      min_instance_count = 1
      max_instance_count = 20
    }

    vpc_access {
      egress = "ALL_TRAFFIC"

      network_interfaces {
        network    = google_compute_network.payments.id
        subnetwork = google_compute_subnetwork.payments.id
      }
    }

    containers {
      image = lookup(var.images, "payments", local.placeholder)

      resources {
        limits = { cpu = "1", memory = "512Mi" }
      }

      env {
        name  = "EVENTS"
        value = google_pubsub_topic.payment_events.id
      }
    }
  }
}

# Booking asks for payments, with its own token; the provider's webhooks come with a signature, from the provider's addresses.
resource "google_cloud_run_v2_service_iam_member" "payments" {
  provider = google.payments

  name     = google_cloud_run_v2_service.payments.name
  location = local.home
  role     = "roles/run.invoker"
  member   = "allUsers" # the function checks booking's token and the provider's signature; the network lets in only the load balancer
}

resource "google_pubsub_topic" "payment_events" {
  provider = google.payments

  name = "payment-events"
}

resource "google_pubsub_topic_iam_member" "payment_events" {
  provider = google.payments

  topic  = google_pubsub_topic.payment_events.name
  role   = "roles/pubsub.publisher"
  member = google_service_account.payments.member
}

# What booking hears: paid, refused, refunded, by the booking's id. No card, no name.
resource "google_pubsub_subscription" "booking_payments" {
  name                       = "booking-payments"
  topic                      = google_pubsub_topic.payment_events.id
  ack_deadline_seconds       = 60
  message_retention_duration = "604800s"
  enable_message_ordering    = true

  expiration_policy {
    ttl = ""
  }

  push_config {
    push_endpoint = "${google_cloud_run_v2_service.service["booking ${local.home}"].uri}/events/payments"

    oidc_token {
      service_account_email = google_service_account.events.email
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letters.id
    max_delivery_attempts = 100
  }
}

resource "google_compute_security_policy" "payments" {
  provider = google.payments

  name        = "payments"
  description = "The payment service provider's webhooks, and booking."

  rule {
    priority = 1000
    action   = "allow"

    match {
      versioned_expr = "SRC_IPS_V1"

      config {
        src_ip_ranges = concat(var.psp_ranges, [for address in google_compute_address.nat : "${address.address}/32"])
      }
    }
  }

  rule {
    priority = 2147483647
    action   = "deny(403)"

    match {
      versioned_expr = "SRC_IPS_V1"

      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

resource "google_compute_region_network_endpoint_group" "payments" {
  provider = google.payments

  name                  = "payments"
  region                = local.home
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = google_cloud_run_v2_service.payments.name
  }
}

resource "google_compute_backend_service" "payments" {
  provider = google.payments

  name                  = "payments"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.payments.id

  backend {
    group = google_compute_region_network_endpoint_group.payments.id
  }

  log_config {
    enable      = true
    sample_rate = 1
  }
}

resource "google_compute_url_map" "payments" {
  provider = google.payments

  name            = "payments"
  default_service = google_compute_backend_service.payments.id
}

resource "google_compute_managed_ssl_certificate" "payments" {
  provider = google.payments

  name = "payments"

  managed {
    domains = ["pay.${var.domain}"]
  }
}

resource "google_compute_target_https_proxy" "payments" {
  provider = google.payments

  name             = "payments"
  url_map          = google_compute_url_map.payments.id
  ssl_certificates = [google_compute_managed_ssl_certificate.payments.id]
}

resource "google_compute_global_forwarding_rule" "payments" {
  provider = google.payments

  name                  = "payments"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  port_range            = "443"
  target                = google_compute_target_https_proxy.payments.id
}
