# One address in front of what answers people: Api, and on paths of their own TableBackup and Drop. Cloud Run checks the caller's token before a function sees the request.
locals {
  doors = var.domain == "" ? {} : { for name, service in local.services : name => {
    paths = lookup({ table-backup = ["/backup", "/restore"], drop = ["/drop/*"] }, name, [])
  } if contains(service.takes, "http") }
  has_door = length(local.doors) > 0
}

resource "google_compute_global_address" "door" {
  count = local.has_door ? 1 : 0

  name = "landfall"

  depends_on = [google_project_service.this]
}

resource "google_compute_region_network_endpoint_group" "door" {
  for_each = local.doors

  name                  = "landfall-${each.key}"
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = google_cloud_run_v2_service.this[each.key].name
  }
}

resource "google_compute_security_policy" "door" {
  count = local.has_door ? 1 : 0

  name        = "landfall"
  description = "Holds back who asks far more often than anybody needs to."

  rule {
    priority    = 1000
    action      = "throttle"
    description = "6,000 requests a minute from one address."

    match {
      versioned_expr = "SRC_IPS_V1"

      config {
        src_ip_ranges = ["*"]
      }
    }

    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"

      rate_limit_threshold {
        count        = 6000
        interval_sec = 60
      }
    }
  }

  rule {
    priority    = 2147483647
    action      = "allow"
    description = "Everything else."

    match {
      versioned_expr = "SRC_IPS_V1"

      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

resource "google_compute_backend_service" "door" {
  for_each = local.doors

  name                  = "landfall-${each.key}"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.door[0].id

  backend {
    group = google_compute_region_network_endpoint_group.door[each.key].id
  }

  log_config {
    enable      = true
    sample_rate = 1
  }
}

resource "google_compute_url_map" "door" {
  count = local.has_door ? 1 : 0

  name            = "landfall"
  default_service = google_compute_backend_service.door[local.postgres ? "api" : "drop"].id

  host_rule {
    hosts        = [var.domain]
    path_matcher = "functions"
  }

  host_rule {
    hosts        = [local.console_host]
    path_matcher = "console"
  }

  path_matcher {
    name            = "console"
    default_service = google_compute_backend_service.console[0].id
  }

  path_matcher {
    name            = "functions"
    default_service = google_compute_backend_service.door[local.postgres ? "api" : "drop"].id

    dynamic "path_rule" {
      for_each = { for name, door in local.doors : name => door if length(door.paths) > 0 }

      content {
        paths   = path_rule.value.paths
        service = google_compute_backend_service.door[path_rule.key].id
      }
    }
  }
}

resource "google_compute_managed_ssl_certificate" "door" {
  count = local.has_door ? 1 : 0

  name = "landfall"

  managed {
    domains = [var.domain]
  }
}

# Its own: a certificate works only when all its domains lead here.
resource "google_compute_managed_ssl_certificate" "console" {
  count = local.has_door ? 1 : 0

  name = "landfall-console"

  managed {
    domains = [local.console_host]
  }
}

resource "google_compute_ssl_policy" "door" {
  count = local.has_door ? 1 : 0

  name            = "landfall"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_target_https_proxy" "door" {
  count = local.has_door ? 1 : 0

  name             = "landfall"
  url_map          = google_compute_url_map.door[0].id
  ssl_certificates = [google_compute_managed_ssl_certificate.door[0].id, google_compute_managed_ssl_certificate.console[0].id]
  ssl_policy       = google_compute_ssl_policy.door[0].id
}

resource "google_compute_global_forwarding_rule" "door" {
  count = local.has_door ? 1 : 0

  name                  = "landfall"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.door[0].id
  port_range            = "443"
  target                = google_compute_target_https_proxy.door[0].id
}
