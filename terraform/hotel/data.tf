# A store for each service: nobody reads another's. Bookings are the one that must never be wrong: Postgres, one writer, a stand-by in another zone, a replica on the other continent.
resource "google_firestore_database" "content" {
  name                              = "content"
  location_id                       = "eur3"
  type                              = "FIRESTORE_NATIVE"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = "DELETE_PROTECTION_ENABLED"
}

resource "google_firestore_database" "guests" {
  name                              = "guests"
  location_id                       = "eur3"
  type                              = "FIRESTORE_NATIVE"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = "DELETE_PROTECTION_ENABLED"
}

# What a guest has looked at goes by itself after ninety days.
resource "google_firestore_field" "last_viewed" {
  database   = google_firestore_database.guests.name
  collection = "last_viewed"
  field      = "expires"

  ttl_config {}
}

resource "google_discovery_engine_data_store" "hotels" {
  data_store_id     = "hotels"
  display_name      = "Hotels"
  location          = "eu"
  industry_vertical = "GENERIC"
  content_config    = "NO_CONTENT"
  solution_types    = ["SOLUTION_TYPE_SEARCH"]
}

resource "google_discovery_engine_search_engine" "hotels" {
  engine_id      = "hotels"
  collection_id  = "default_collection"
  display_name   = "Hotels"
  location       = google_discovery_engine_data_store.hotels.location
  data_store_ids = [google_discovery_engine_data_store.hotels.data_store_id]

  search_engine_config {
    search_tier = "SEARCH_TIER_STANDARD"
  }
}

resource "google_sql_database_instance" "bookings" {
  name                = "bookings"
  region              = local.home
  database_version    = "POSTGRES_15"
  deletion_protection = true

  settings {
    tier              = "db-custom-4-15360"
    edition           = "ENTERPRISE"
    availability_type = "REGIONAL"
    disk_autoresize   = true

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.this.id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      location                       = "eu"
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7
    }

    database_flags {
      name  = "cloudsql.iam_authentication"
      value = "on"
    }
  }

  depends_on = [google_service_networking_connection.this]
}

# Reads of free rooms near American guests; promoted by a person when the home region is lost.
resource "google_sql_database_instance" "bookings_replica" {
  name                 = "bookings-us"
  region               = "us-east1"
  database_version     = "POSTGRES_15"
  master_instance_name = google_sql_database_instance.bookings.name
  deletion_protection  = true

  settings {
    tier              = "db-custom-4-15360"
    edition           = "ENTERPRISE"
    availability_type = "ZONAL"

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.this.id
      ssl_mode        = "ENCRYPTED_ONLY"
    }
  }
}

resource "google_sql_database" "bookings" {
  name     = "bookings"
  instance = google_sql_database_instance.bookings.name
}

resource "google_sql_user" "booking" {
  name     = trimsuffix(google_service_account.service["booking"].email, ".gserviceaccount.com")
  instance = google_sql_database_instance.bookings.name
  type     = "CLOUD_IAM_SERVICE_ACCOUNT"
}

# What happened, for those who analyse it: no names, no cards.
resource "google_bigquery_dataset" "analytics" {
  dataset_id  = "analytics"
  location    = "EU"
  description = "Bookings and searches as they happened, by pseudonym."
}

resource "google_bigquery_table" "booking_events" {
  dataset_id          = google_bigquery_dataset.analytics.dataset_id
  table_id            = "booking_events"
  deletion_protection = true

  time_partitioning {
    type          = "DAY"
    field         = "publish_time"
    expiration_ms = 3 * 365 * 86400000
  }

  schema = jsonencode([
    { name = "data", type = "STRING", mode = "NULLABLE" },
    { name = "subscription_name", type = "STRING", mode = "NULLABLE" },
    { name = "message_id", type = "STRING", mode = "NULLABLE" },
    { name = "publish_time", type = "TIMESTAMP", mode = "NULLABLE" },
    { name = "attributes", type = "STRING", mode = "NULLABLE" },
  ])
}
