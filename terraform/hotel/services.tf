# A Cloud Run service a region each. They are reached through the load balancer alone, and by each other with a token of their own account.
resource "google_service_account" "service" {
  for_each = local.services

  account_id   = "hotel-${each.key}"
  display_name = "Hotel: ${each.key}"
}

resource "google_cloud_run_v2_service" "service" {
  for_each = local.deployed

  name                = each.value.name
  location            = each.value.region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  deletion_protection = false # it holds nothing

  template {
    service_account = google_service_account.service[each.value.name].email
    timeout         = "30s"

    scaling {
      min_instance_count = each.value.least
      max_instance_count = each.value.most
    }

    vpc_access {
      egress = "ALL_TRAFFIC"

      network_interfaces {
        network    = google_compute_network.this.id
        subnetwork = google_compute_subnetwork.this[each.value.region].id
      }
    }

    containers {
      image = lookup(var.images, each.value.name, local.placeholder)

      resources {
        limits            = { cpu = "1", memory = each.value.memory }
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = merge(
          { PROJECT = var.project, HOME_REGION = local.home },
          each.value.name == "booking" ? { BOOKINGS = google_sql_database_instance.bookings.private_ip_address, REPLICA = google_sql_database_instance.bookings_replica.private_ip_address, PAYMENTS = "https://pay.${var.domain}", EVENTS = google_pubsub_topic.topic["booking-events"].name } : {},
          each.value.name == "search" ? { HOTELS = google_discovery_engine_data_store.hotels.data_store_id } : {},
          each.value.name == "viewing" ? { CONTENT = google_firestore_database.content.name, CHANGES = google_pubsub_topic.topic["hotel-changes"].name } : {},
          each.value.name == "guest" ? { GUESTS = google_firestore_database.guests.name } : {},
        )

        content {
          name  = env.key
          value = env.value
        }
      }
    }
  }
}

# Guests' browsers have no account of Google's: the services check the guest's own token, of Identity Platform. The network lets only the load balancer in.
resource "google_cloud_run_v2_service_iam_member" "guests" {
  for_each = local.deployed

  name     = google_cloud_run_v2_service.service[each.key].name
  location = each.value.region
  role     = "roles/run.invoker"
  member   = "allUsers"
}

resource "google_project_iam_member" "store" {
  for_each = merge([for name, service in local.services : { for role in service.store : "${name} ${role}" => { name = name, role = role } }]...)

  project = var.project
  role    = each.value.role
  member  = google_service_account.service[each.value.name].member

  # A service is let into its own database, and into no other's.
  dynamic "condition" {
    for_each = startswith(each.value.role, "roles/datastore.") ? [each.value.name == "guest" ? google_firestore_database.guests.name : google_firestore_database.content.name] : []

    content {
      title      = condition.value
      expression = "resource.name == \"projects/${var.project}/databases/${condition.value}\""
    }
  }
}
