variable "project" {
  description = "The project of everything but payments."
  type        = string
}

variable "payments_project" {
  description = "The project of payments."
  type        = string
}

variable "domain" {
  description = "The site's host name; payments answer at pay.<domain>."
  type        = string
  default     = "hotel.example.com"
}

variable "images" {
  description = "Each service's image; one that is not named runs a placeholder."
  type        = map(string)
  default     = {}
}

variable "psp_ranges" {
  description = "The addresses that the payment service provider's webhooks come from; at most ten."
  type        = list(string)
  default     = ["192.0.2.0/24"]
}

variable "channels" {
  description = "The notification channels of who is on call."
  type        = list(string)
  default     = []
}

locals {
  # Bookings are written in one region; everything is read in both.
  home    = "europe-west1"
  regions = { europe-west1 = "10.80.0.0/20", us-east1 = "10.80.16.0/20" }

  placeholder = "us-docker.pkg.dev/cloudrun/container/hello"

  # What answers guests. `paths` is what the load balancer sends there; `store` what it reads and writes.
  services = {
    web     = { paths = [], memory = "512Mi", least = 1, most = 100, store = [] }                                                             # pages, and the session with the guest
    viewing = { paths = ["/api/hotels/*"], memory = "512Mi", least = 1, most = 100, store = ["roles/datastore.user"] }                        # hotels, photos, locations, prices
    search  = { paths = ["/api/search", "/api/search/*"], memory = "512Mi", least = 1, most = 100, store = ["roles/discoveryengine.editor"] } # finds hotels, asks booking which rooms are free
    guest   = { paths = ["/api/guests/*"], memory = "512Mi", least = 1, most = 50, store = ["roles/datastore.user"] }                         # favourites, last viewed, profile, letters
    booking = { paths = ["/api/bookings", "/api/bookings/*"], memory = "1Gi", least = 1, most = 50, store = ["roles/cloudsql.instanceUser"] } # holds, confirms, cancels
  }

  deployed = merge([for region, range in local.regions : { for name, service in local.services : "${name} ${region}" => merge(service, { name = name, region = region }) }]...)
}
