output "address" {
  description = "What the domain's A record says."
  value       = google_compute_global_address.edge.address
}

output "payments_address" {
  description = "What the A record of pay.<domain> says."
  value       = google_compute_global_forwarding_rule.payments.ip_address
}
