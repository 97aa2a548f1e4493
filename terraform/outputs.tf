output "registry" {
  description = "Where the functions' images are pushed."
  value       = local.registry
}

output "address" {
  description = "The load balancer's address: what the A records of the domain and of console.<domain> say."
  value       = one(google_compute_global_address.door[*].address)
}

output "accounts" {
  description = "Each team's account, which drops files and reads their receipts."
  value       = { for team, account in google_service_account.team : team => account.email }
}

output "operator" {
  description = "The operators' account."
  value       = google_service_account.operator.email
}

output "grants" {
  description = "The object with the SQL that lets the functions into Postgres: gcloud sql import sql landfall <this> --database=landfall."
  value       = one([for object in google_storage_bucket_object.postgres : "gs://${object.bucket}/${object.name}"])
}
