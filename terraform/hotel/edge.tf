# One anycast address: TLS and the firewall for the web end here; photos and pages that are the same for all come from the cache nearest to the guest.
resource "google_compute_global_address" "edge" {
  name = "hotel"
}

resource "google_compute_managed_ssl_certificate" "edge" {
  name = "hotel"

  managed {
    domains = [var.domain]
  }
}

resource "google_compute_ssl_policy" "edge" {
  name            = "hotel"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_security_policy" "edge" {
  name        = "hotel"
  description = "OWASP's rules, and a limit a guest."

  adaptive_protection_config {
    layer_7_ddos_defense_config {
      enable = true
    }
  }

  dynamic "rule" {
    for_each = { 100 = "sqli-v33-stable", 110 = "xss-v33-stable", 120 = "lfi-v33-stable", 130 = "rce-v33-stable", 140 = "protocolattack-v33-stable" }

    content {
      priority = rule.key
      action   = "deny(403)"

      match {
        expr {
          expression = "evaluatePreconfiguredWaf('${rule.value}', {'sensitivity': 1})"
        }
      }
    }
  }

  rule {
    priority = 1000
    action   = "throttle"

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
        count        = 1200
        interval_sec = 60
      }
    }
  }

  rule {
    priority = 2147483647
    action   = "allow"

    match {
      versioned_expr = "SRC_IPS_V1"

      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

resource "google_storage_bucket" "photos" {
  name                        = "${var.project}-photos"
  location                    = "EU"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }
}

# The cache reads the bucket with an account of the load balancer's; the bucket is not public.
resource "google_compute_backend_bucket" "photos" {
  name        = "hotel-photos"
  bucket_name = google_storage_bucket.photos.name
  enable_cdn  = true

  cdn_policy {
    cache_mode        = "FORCE_CACHE_ALL"
    default_ttl       = 86400
    client_ttl        = 86400
    max_ttl           = 31536000
    negative_caching  = true
    serve_while_stale = 86400
  }
}

resource "google_storage_bucket_iam_member" "photos" {
  bucket = google_storage_bucket.photos.name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:service-${data.google_project.this.number}@cloud-cdn-fill.iam.gserviceaccount.com"
}

resource "google_compute_region_network_endpoint_group" "service" {
  for_each = local.deployed

  name                  = replace(each.key, " ", "-")
  region                = each.value.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = google_cloud_run_v2_service.service[each.key].name
  }
}

# A guest is served by the nearest region that answers.
resource "google_compute_backend_service" "service" {
  for_each = local.services

  name                  = each.key
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.edge.id
  enable_cdn            = each.key == "viewing"

  dynamic "backend" {
    for_each = local.regions

    content {
      group = google_compute_region_network_endpoint_group.service["${each.key} ${backend.key}"].id
    }
  }

  dynamic "cdn_policy" {
    for_each = each.key == "viewing" ? [60] : []

    content {
      cache_mode        = "USE_ORIGIN_HEADERS"
      serve_while_stale = cdn_policy.value
    }
  }

  outlier_detection {
    consecutive_errors = 5

    base_ejection_time {
      seconds = 30
    }

    interval {
      seconds = 10
    }
  }

  log_config {
    enable      = true
    sample_rate = 0.1
  }
}

resource "google_compute_url_map" "edge" {
  name            = "hotel"
  default_service = google_compute_backend_service.service["web"].id

  host_rule {
    hosts        = [var.domain]
    path_matcher = "hotel"
  }

  path_matcher {
    name            = "hotel"
    default_service = google_compute_backend_service.service["web"].id

    path_rule {
      paths   = ["/photos/*"]
      service = google_compute_backend_bucket.photos.id
    }

    dynamic "path_rule" {
      for_each = { for name, service in local.services : name => service if length(service.paths) > 0 }

      content {
        paths   = path_rule.value.paths
        service = google_compute_backend_service.service[path_rule.key].id
      }
    }
  }
}

resource "google_compute_target_https_proxy" "edge" {
  name             = "hotel"
  url_map          = google_compute_url_map.edge.id
  ssl_certificates = [google_compute_managed_ssl_certificate.edge.id]
  ssl_policy       = google_compute_ssl_policy.edge.id
  quic_override    = "ENABLE"
}

resource "google_compute_global_forwarding_rule" "edge" {
  name                  = "hotel"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.edge.id
  port_range            = "443"
  target                = google_compute_target_https_proxy.edge.id
}
