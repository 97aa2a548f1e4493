# What one service has done and others want to know. Nobody waits for it, and nothing is lost: a subscription tries for a week, and what it gives up is kept for a month.
locals {
  topics = ["hotel-changes", "booking-events"]
  pushes = {
    search-hotels    = { topic = "hotel-changes", service = "search", path = "/events/hotels" }     # the index follows the hotels
    guest-bookings   = { topic = "booking-events", service = "guest", path = "/events/bookings" }   # letters to the guest, and the list of their stays
    viewing-bookings = { topic = "booking-events", service = "viewing", path = "/events/bookings" } # "two rooms left"
  }
  pubsub_agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

resource "google_pubsub_topic" "topic" {
  for_each = toset(local.topics)

  name = each.key
}

resource "google_pubsub_topic" "dead_letters" {
  name = "dead-letters"
}

resource "google_pubsub_subscription" "dead_letters" {
  name                       = "dead-letters"
  topic                      = google_pubsub_topic.dead_letters.id
  message_retention_duration = "2678400s"

  expiration_policy {
    ttl = ""
  }
}

resource "google_service_account" "events" {
  account_id   = "hotel-events"
  display_name = "Hotel: Pub/Sub calls services as this"
}

resource "google_pubsub_subscription" "push" {
  for_each = local.pushes

  name                       = each.key
  topic                      = google_pubsub_topic.topic[each.value.topic].id
  ack_deadline_seconds       = 60
  message_retention_duration = "604800s"
  enable_message_ordering    = true

  expiration_policy {
    ttl = ""
  }

  push_config {
    push_endpoint = "${google_cloud_run_v2_service.service["${each.value.service} ${local.home}"].uri}${each.value.path}"

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

# Pub/Sub writes the events into BigQuery itself.
resource "google_pubsub_subscription" "analytics" {
  name                       = "analytics"
  topic                      = google_pubsub_topic.topic["booking-events"].id
  message_retention_duration = "604800s"

  expiration_policy {
    ttl = ""
  }

  bigquery_config {
    table          = "${var.project}.${google_bigquery_table.booking_events.dataset_id}.${google_bigquery_table.booking_events.table_id}"
    write_metadata = true
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letters.id
    max_delivery_attempts = 100
  }

  depends_on = [google_bigquery_dataset_iam_member.pubsub]
}

resource "google_bigquery_dataset_iam_member" "pubsub" {
  dataset_id = google_bigquery_dataset.analytics.dataset_id
  role       = "roles/bigquery.dataEditor"
  member     = local.pubsub_agent
}

resource "google_pubsub_topic_iam_member" "dead_letters" {
  topic  = google_pubsub_topic.dead_letters.name
  role   = "roles/pubsub.publisher"
  member = local.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "dead_letters" {
  for_each = merge({ for name, push in google_pubsub_subscription.push : name => push.name }, { analytics = google_pubsub_subscription.analytics.name, booking-payments = google_pubsub_subscription.booking_payments.name })

  subscription = each.value
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}

resource "google_pubsub_topic_iam_member" "publisher" {
  for_each = { hotel-changes = "viewing", booking-events = "booking" }

  topic  = google_pubsub_topic.topic[each.key].name
  role   = "roles/pubsub.publisher"
  member = google_service_account.service[each.value].member
}
