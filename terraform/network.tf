# Three subnets, told apart by what they reach: `api` Postgres alone, `google` Postgres and Google's APIs, `web` Google's APIs and the hosts that are named here. Whatever is not
# allowed is denied and logged.
locals {
  subnets       = { api = "10.64.0.0/24", google = "10.64.1.0/24", web = "10.64.2.0/24" }
  postgres_cidr = "10.65.0.0/20"
  # restricted.googleapis.com: Google's APIs that VPC Service Controls can guard, without a way through the internet.
  google_cidr = "199.36.153.4/30"

  # Whose files are fetched, and Bloomreach.
  hosts = toset(concat(
    [for contract in local.contracts : regex("^https://([^/:?#]+)", contract.fetch)[0] if contract.fetch != null],
    var.bloomreach_url == "" ? [] : [regex("^https://([^/:?#]+)", var.bloomreach_url)[0]],
  ))

  egress = merge(
    local.postgres ? { postgres = { priority = 1000, from = ["api", "google"], to = [local.postgres_cidr], hosts = null, port = "5432" } } : {},
    { google = { priority = 1100, from = ["google", "web"], to = [local.google_cidr], hosts = null, port = "443" } },
    length(local.hosts) > 0 ? { web = { priority = 1200, from = ["web"], to = null, hosts = local.hosts, port = "443" } } : {},
  )
}

resource "google_compute_network" "this" {
  name                    = "landfall"
  auto_create_subnetworks = false

  depends_on = [google_project_service.this]
}

resource "google_compute_subnetwork" "this" {
  for_each = local.subnets

  name                     = "landfall-${each.key}"
  network                  = google_compute_network.this.id
  region                   = var.region
  ip_cidr_range            = each.value
  private_ip_google_access = each.key != "api"

  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
    flow_sampling        = 0.1
  }
}

resource "google_compute_network_firewall_policy" "egress" {
  name        = "landfall-egress"
  description = "What the functions reach."
}

resource "google_compute_network_firewall_policy_association" "egress" {
  name              = "landfall-egress"
  firewall_policy   = google_compute_network_firewall_policy.egress.name
  attachment_target = google_compute_network.this.id
}

resource "google_compute_network_firewall_policy_rule" "allow" {
  for_each = local.egress

  firewall_policy = google_compute_network_firewall_policy.egress.name
  rule_name       = each.key
  priority        = each.value.priority
  direction       = "EGRESS"
  action          = "allow"
  enable_logging  = true

  match {
    src_ip_ranges  = [for subnet in each.value.from : local.subnets[subnet]]
    dest_ip_ranges = each.value.to
    dest_fqdns     = each.value.hosts

    layer4_configs {
      ip_protocol = "tcp"
      ports       = [each.value.port]
    }
  }
}

resource "google_compute_network_firewall_policy_rule" "deny" {
  firewall_policy = google_compute_network_firewall_policy.egress.name
  rule_name       = "deny"
  priority        = 65000
  direction       = "EGRESS"
  action          = "deny"
  enable_logging  = true

  match {
    dest_ip_ranges = ["0.0.0.0/0"]

    layer4_configs {
      ip_protocol = "all"
    }
  }
}

# Postgres lives in Google's network, beside this one.
resource "google_compute_global_address" "postgres" {
  count = local.postgres ? 1 : 0

  name          = "landfall-postgres"
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  network       = google_compute_network.this.id
  address       = split("/", local.postgres_cidr)[0]
  prefix_length = tonumber(split("/", local.postgres_cidr)[1])
}

resource "google_service_networking_connection" "postgres" {
  count = local.postgres ? 1 : 0

  network                 = google_compute_network.this.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.postgres[0].name]

  depends_on = [google_project_service.this]
}

# Names of Google's APIs lead to the addresses that are allowed.
resource "google_dns_managed_zone" "google" {
  name        = "landfall-googleapis"
  dns_name    = "googleapis.com."
  description = "Google's APIs without a way through the internet."
  visibility  = "private"

  private_visibility_config {
    networks {
      network_url = google_compute_network.this.id
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_dns_record_set" "google" {
  managed_zone = google_dns_managed_zone.google.name
  name         = "restricted.googleapis.com."
  type         = "A"
  ttl          = 300
  rrdatas      = [for host in range(4) : cidrhost(local.google_cidr, host)]
}

resource "google_dns_record_set" "google_apis" {
  managed_zone = google_dns_managed_zone.google.name
  name         = "*.googleapis.com."
  type         = "CNAME"
  ttl          = 300
  rrdatas      = [google_dns_record_set.google.name]
}

# The way out, for `web` alone.
resource "google_compute_router" "web" {
  count = length(local.hosts) > 0 ? 1 : 0

  name    = "landfall-web"
  network = google_compute_network.this.id
  region  = var.region
}

resource "google_compute_router_nat" "web" {
  count = length(local.hosts) > 0 ? 1 : 0

  name                               = "landfall-web"
  router                             = google_compute_router.web[0].name
  region                             = var.region
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "LIST_OF_SUBNETWORKS"

  subnetwork {
    name                    = google_compute_subnetwork.this["web"].id
    source_ip_ranges_to_nat = ["ALL_IP_RANGES"]
  }

  log_config {
    enable = true
    filter = "ALL"
  }
}
