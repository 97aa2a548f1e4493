variable "project" {
  description = "The project's id."
  type        = string
}

variable "region" {
  description = "Where functions and Postgres run."
  type        = string
  default     = "europe-west1"
}

variable "location" {
  description = "Where buckets and BigQuery's datasets are: a multi-region or a region, for what is in it must be kept there."
  type        = string
  default     = "EU"
}

variable "release" {
  description = "The version of the functions' images, a git tag. An earlier one rolls back; empty sets up all but the functions, so that there is a registry to push the first images to."
  type        = string
  default     = ""
}

variable "bucket_prefix" {
  description = "What begins every bucket's name, because bucket names are global; null for the project's id and a hyphen."
  type        = string
  default     = null
}

variable "contracts" {
  description = "The folder of the contracts."
  type        = string
  default     = "../shared/contracts"
}

variable "contracts_uri" {
  description = "A folder of contracts in a bucket, gs://bucket/folder, that the functions follow without a release; empty for the contracts in their images."
  type        = string
  default     = ""

  validation {
    condition     = var.contracts_uri == "" || can(regex("^gs://[a-z0-9][a-z0-9._-]+(/.*)?$", var.contracts_uri))
    error_message = "Must be empty, or begin with gs:// and a bucket."
  }
}

variable "billing_export" {
  description = "The table of the billing's export, project.dataset.table, of which the console shows what contracts cost; empty for none."
  type        = string
  default     = ""

  validation {
    condition     = var.billing_export == "" || can(regex("^[a-z][a-z0-9:.-]+[.][A-Za-z0-9_]+[.][A-Za-z0-9_]+$", var.billing_export))
    error_message = "Must be empty, or a table as project.dataset.table."
  }
}

variable "reports" {
  description = "The folder of the reports."
  type        = string
  default     = "../shared/reports"
}

variable "environment" {
  description = "Picks among a contract's servers, as LANDFALL_ENVIRONMENT does; empty takes the first."
  type        = string
  default     = ""
}

variable "datasets" {
  description = "What schemas and datasets of the contracts are called here, as LANDFALL_DATASETS says: { coding_exercise = \"jane_doe_coding_exercise\" }."
  type        = map(string)
  default     = {}
}

variable "roles" {
  description = "Who has the contracts' roles: { hiring_readers = [\"group:hr@example.com\"] }. Whoever is in none reads nothing. The API knows people by their email: it takes users and service accounts, and no group."
  type        = map(list(string))
  default     = {}

  validation {
    condition     = alltrue(flatten([for members in var.roles : [for member in members : can(regex("^(user|group|serviceAccount):[^@]+@[^@]+$", member))]]))
    error_message = "Members are user:…, group:… or serviceAccount:… with an email; allUsers and allAuthenticatedUsers are nobody's."
  }
}

variable "cleared" {
  description = "Who sees the columns of a classification as they are: { restricted = [\"group:hr@example.com\"] }. Other readers see NULL in their place."
  type        = map(list(string))
  default     = {}
}

variable "teams" {
  description = "Of each team that drops files, the project that its account lives in and who may act as it: { hiring = { project = \"hiring-prod\", members = [\"group:hiring@example.com\"] } }. A team that is not named has its account in this project."
  type = map(object({
    project = optional(string)
    members = optional(list(string), [])
  }))
  default = {}
}

variable "publishers" {
  description = "Who may publish pages on a contract's topic, besides the house: { customers = [\"serviceAccount:crm@example.iam.gserviceaccount.com\"] }."
  type        = map(list(string))
  default     = {}
}

variable "support" {
  description = "The notification channels of the contracts' support channels, by the channel's name: { hiring-data = [\"projects/p/notificationChannels/1\"] }."
  type        = map(list(string))
  default     = {}
}

variable "operators" {
  description = "The notification channels of those who run this: what belongs to no contract, and contracts whose support names none that is known."
  type        = list(string)
  default     = []
}

variable "operator_members" {
  description = "Who may act as the operators' account, which may run jobs, read everything that is kept about landings, replay, undo, redrive and erase."
  type        = list(string)
  default     = []
}

variable "domain" {
  description = "The host name of the load balancer in front of Api, TableBackup and Drop; empty for none: then they can not be reached from outside."
  type        = string
  default     = ""
}

variable "bloomreach_url" {
  description = "The base URL of the Bloomreach instance; empty where no contract is exported from there. Its project, key and secret are versions that a person adds to three secrets."
  type        = string
  default     = ""
}

variable "history_days" {
  description = "For how long an object that was replaced or deleted can be brought back by replay and undo, in days."
  type        = number
  default     = 400
}

variable "backup_days" {
  description = "For how long backups of tables are kept, in days."
  type        = number
  default     = 35
}

variable "database" {
  description = "Cloud SQL's version, machine, whether it has a stand-by in another zone, and its disk in GB. The tests run on 15."
  type = object({
    version   = optional(string, "POSTGRES_15")
    tier      = optional(string, "db-custom-2-7680")
    available = optional(bool, true)
    disk      = optional(number, 50)
  })
  default = {}
}

variable "max_instances" {
  description = "How many instances of one function may run at once."
  type        = number
  default     = 20
}

variable "billing_account" {
  description = "The billing account that budgets are made in; empty for none."
  type        = string
  default     = ""
}

variable "budget" {
  description = "A month's cost at which the operators are told, in units of the billing account's currency."
  type        = number
  default     = 500
}
