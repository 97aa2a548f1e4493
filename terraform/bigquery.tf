# BigQuery's datasets, tables and views, as the contracts have them. The functions add safe changes by themselves when the first file comes that needs them; what they and
# this say of a table is the same, and a test compares it.
resource "google_bigquery_dataset" "contract" {
  for_each = local.datasets

  dataset_id  = each.key
  location    = var.location
  description = "Tables and views of contracts."

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [access] # given one by one in access.tf
  }

  depends_on = [google_project_service.this]
}

resource "google_bigquery_dataset" "reports" {
  for_each = setsubtract(local.report_datasets, local.datasets)

  dataset_id  = each.key
  location    = var.location
  description = "Answers to reports."

  lifecycle {
    ignore_changes = [access]
  }

  depends_on = [google_project_service.this]
}

# The house's own: ledgers, and rows on their way.
resource "google_bigquery_dataset" "landfall" {
  dataset_id  = "landfall"
  location    = var.location
  description = "Landfall's ledgers, and rows on their way."

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [access]
  }

  depends_on = [google_project_service.this]
}

resource "google_bigquery_dataset" "staging" {
  dataset_id                  = "landfall_staging"
  location                    = var.location
  description                 = "Rows on their way, from large files."
  default_table_expiration_ms = 2 * 86400000

  lifecycle {
    ignore_changes = [access]
  }

  depends_on = [google_project_service.this]
}

# It stands before the first page is streamed: a table that was made just now may lose rows.
resource "google_bigquery_table" "staging" {
  dataset_id          = google_bigquery_dataset.landfall.dataset_id
  table_id            = "staging"
  description         = "Rows on their way, from small files: the values of a line as a JSON array of texts."
  clustering          = ["attempt"]
  deletion_protection = true

  time_partitioning {
    type          = "DAY"
    field         = "staged_on"
    expiration_ms = 3 * 86400000
  }

  schema = jsonencode([
    { name = "staged_on", type = "DATE", mode = "REQUIRED" },
    { name = "attempt", type = "STRING", mode = "REQUIRED" },
    { name = "feed", type = "INT64", mode = "REQUIRED" },
    { name = "line", type = "INT64", mode = "REQUIRED" },
    { name = "fields", type = "STRING", mode = "NULLABLE" },
  ])
}

resource "google_bigquery_table" "contract" {
  for_each = local.tables

  dataset_id          = google_bigquery_dataset.contract[each.value.dataset].dataset_id
  table_id            = each.value.table
  description         = each.value.text
  labels              = each.value.labels
  clustering          = length(each.value.clustering) > 0 ? each.value.clustering : null
  deletion_protection = true

  dynamic "time_partitioning" {
    for_each = each.value.partition == null ? [] : [each.value.partition]

    content {
      type          = "DAY"
      field         = time_partitioning.value
      expiration_ms = each.value.retention_ms
    }
  }

  dynamic "table_constraints" {
    for_each = length(each.value.key) > 0 ? [each.value.key] : []

    content {
      primary_key {
        columns = table_constraints.value
      }
    }
  }

  schema = jsonencode([for column in each.value.columns : { for word, value in {
    name        = column.name
    type        = column.type
    mode        = column.mode
    description = column.description
    precision   = column.precision
    scale       = column.scale
    policyTags  = column.classification == null ? null : { names = [google_data_catalog_policy_tag.classification[column.classification].name] }
  } : word => value if value != null }])
}

resource "google_bigquery_table" "view" {
  for_each = local.views

  dataset_id          = google_bigquery_dataset.contract[each.value.dataset].dataset_id
  table_id            = each.value.view
  description         = each.value.text
  labels              = each.value.labels
  deletion_protection = false # its rows are its table's

  view {
    query          = each.value.query
    use_legacy_sql = false
  }

  depends_on = [google_bigquery_table.contract, google_bigquery_table.external]
}

# Columns of a classification are NULL for whoever reads the table and is not cleared for it.
locals {
  classifications = toset(flatten([for table in merge(local.tables, local.external) : [for column in table.columns : column.classification if column.classification != null]]))
}

resource "google_data_catalog_taxonomy" "classifications" {
  display_name           = "landfall-classifications"
  description            = "What contracts say of their columns."
  region                 = lower(var.location)
  activated_policy_types = ["FINE_GRAINED_ACCESS_CONTROL"]

  depends_on = [google_project_service.this]
}

resource "google_data_catalog_policy_tag" "classification" {
  for_each = local.classifications

  taxonomy     = google_data_catalog_taxonomy.classifications.id
  display_name = each.key
}

resource "google_bigquery_datapolicy_data_policy" "masked" {
  for_each = local.classifications

  data_policy_id   = "landfall_${replace(each.key, "/[^A-Za-z0-9_]/", "_")}_masked"
  location         = lower(var.location)
  policy_tag       = google_data_catalog_policy_tag.classification[each.key].name
  data_policy_type = "DATA_MASKING_POLICY"

  data_masking_policy {
    predefined_expression = "ALWAYS_NULL" # a hash is of texts alone
  }
}

# Tables whose rows stay in files. They are read with a connection's account, so that their readers need no access to the bucket; the functions keep them as the contract says.
resource "google_bigquery_connection" "files" {
  count = length(local.external) > 0 ? 1 : 0

  connection_id = "landfall"
  location      = lower(var.location)
  description   = "Reads the files of external tables."

  cloud_resource {}

  depends_on = [google_project_service.this]
}

resource "google_storage_bucket_iam_member" "files" {
  for_each = toset([for table in local.external : table.bucket])

  bucket = google_storage_bucket.this[each.key].name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${google_bigquery_connection.files[0].cloud_resource[0].service_account_id}"
}

resource "google_bigquery_table" "external" {
  for_each = local.external

  dataset_id          = google_bigquery_dataset.contract[each.value.dataset].dataset_id
  table_id            = each.value.table
  description         = each.value.text
  labels              = each.value.labels
  deletion_protection = false # it holds nothing

  schema = each.value.format == "AVRO" ? null : jsonencode([for column in each.value.columns : { for word, value in {
    name        = column.name
    type        = column.type
    mode        = column.mode
    description = column.description
    precision   = column.precision
    scale       = column.scale
    policyTags  = column.classification == null ? null : { names = [google_data_catalog_policy_tag.classification[column.classification].name] }
  } : word => value if value != null }])

  external_data_configuration {
    autodetect            = false
    source_uris           = [each.value.uri]
    source_format         = each.value.format
    connection_id         = google_bigquery_connection.files[0].name
    compression           = each.value.format == "AVRO" ? null : each.value.gzip ? "GZIP" : "NONE"
    ignore_unknown_values = each.value.discards
    max_bad_records       = each.value.format == "AVRO" ? null : 2147483647

    dynamic "csv_options" {
      for_each = each.value.format == "CSV" ? [each.value] : []

      content {
        quote                 = "\""
        skip_leading_rows     = csv_options.value.header ? 1 : 0
        field_delimiter       = csv_options.value.delimiter
        encoding              = csv_options.value.encoding
        allow_quoted_newlines = true
        allow_jagged_rows     = true
      }
    }

    dynamic "avro_options" {
      for_each = each.value.format == "AVRO" ? [true] : []

      content {
        use_avro_logical_types = avro_options.value
      }
    }
  }

  lifecycle {
    ignore_changes = [schema, external_data_configuration]
  }

  depends_on = [google_storage_bucket_iam_member.files]
}
