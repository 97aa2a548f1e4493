# How a function hears of an object or a page: notification → topic → push subscription → Cloud Run, and a dead letter for what could not be delivered.
# An Eventarc trigger for objects makes its own subscription, which can be given neither retries nor a dead letter from here.
locals {
  # A push request waits for its answer this long, which is the longest there is; it is also the time a landing has (LANDFALL_TIMEOUT is below it).
  ack_deadline_seconds  = 600
  max_delivery_attempts = 100

  # Every topic that wakes a function: its subscription's name, which function, and whose it is.
  woken = merge(
    { for bucket, function in local.inboxes : "storage-${bucket}" => { subscription = "storage-${bucket}", function = function, labels = {} } },
    { for topic, page in local.topics : topic => { subscription = "pages-${topic}", function = "customer-chunk", labels = page.labels } },
  )
  deployed = { for topic, woken in local.woken : topic => woken if contains(keys(local.services), woken.function) }
}

resource "google_pubsub_topic" "woken" {
  for_each = local.woken

  name   = each.key
  labels = each.value.labels

  depends_on = [google_project_service.this]
}

# The receipt of every landing, for whoever wants to follow.
resource "google_pubsub_topic" "landings" {
  name = "landings"

  depends_on = [google_project_service.this]
}

resource "google_storage_notification" "finalize" {
  for_each = local.inboxes

  bucket         = google_storage_bucket.this[each.key].name
  topic          = google_pubsub_topic.woken["storage-${each.key}"].id
  payload_format = "JSON_API_V1"
  event_types    = ["OBJECT_FINALIZE"]

  depends_on = [google_pubsub_topic_iam_member.storage]
}

data "google_storage_project_service_account" "this" {}

resource "google_pubsub_topic_iam_member" "storage" {
  for_each = local.inboxes

  topic  = google_pubsub_topic.woken["storage-${each.key}"].name
  role   = "roles/pubsub.publisher"
  member = data.google_storage_project_service_account.this.member
}

resource "google_pubsub_subscription" "push" {
  for_each = local.deployed

  name                       = each.value.subscription
  topic                      = google_pubsub_topic.woken[each.key].id
  ack_deadline_seconds       = local.ack_deadline_seconds
  message_retention_duration = "604800s"
  labels                     = each.value.labels

  expiration_policy {
    ttl = "" # never
  }

  push_config {
    push_endpoint = google_cloud_run_v2_service.this[each.value.function].uri

    oidc_token {
      service_account_email = google_service_account.events.email
      audience              = local.services[each.value.function].audience
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letters.id
    max_delivery_attempts = local.max_delivery_attempts
  }

  depends_on = [google_cloud_run_v2_service_iam_member.events, google_pubsub_topic_iam_member.dead_letters]
}

# What was given up waits here for `landfall deadletters`; Reconcile tells whose it is.
resource "google_pubsub_topic" "dead_letters" {
  name = "dead-letters"

  depends_on = [google_project_service.this]
}

resource "google_pubsub_subscription" "dead_letters" {
  name                       = "dead-letters"
  topic                      = google_pubsub_topic.dead_letters.id
  ack_deadline_seconds       = 60
  message_retention_duration = "2678400s" # 31 days, the longest there is

  expiration_policy {
    ttl = "" # never
  }
}

# Pub/Sub's own account moves what is given up: it publishes there, and acknowledges here.
locals {
  pubsub_agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

resource "google_pubsub_topic_iam_member" "dead_letters" {
  topic  = google_pubsub_topic.dead_letters.name
  role   = "roles/pubsub.publisher"
  member = local.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "dead_letters" {
  for_each = local.deployed

  subscription = google_pubsub_subscription.push[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}
