# A network with a subnet in each region. What leaves it goes by addresses that are ours, so that payments can know them.
resource "google_compute_network" "this" {
  name                    = "hotel"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "this" {
  for_each = local.regions

  name                     = "hotel-${each.key}"
  network                  = google_compute_network.this.id
  region                   = each.key
  ip_cidr_range            = each.value
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
    flow_sampling        = 0.1
  }
}

resource "google_compute_global_address" "sql" {
  name          = "hotel-sql"
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  network       = google_compute_network.this.id
  prefix_length = 20
}

resource "google_service_networking_connection" "this" {
  network                 = google_compute_network.this.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.sql.name]
}

resource "google_compute_address" "nat" {
  for_each = local.regions

  name   = "hotel-nat-${each.key}"
  region = each.key
}

resource "google_compute_router" "this" {
  for_each = local.regions

  name    = "hotel-${each.key}"
  network = google_compute_network.this.id
  region  = each.key
}

resource "google_compute_router_nat" "this" {
  for_each = local.regions

  name                               = "hotel-${each.key}"
  router                             = google_compute_router.this[each.key].name
  region                             = each.key
  nat_ip_allocate_option             = "MANUAL_ONLY"
  nat_ips                            = [google_compute_address.nat[each.key].id]
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"
}
