# What the contracts say, as the resources need it. Nothing here refers to a resource: a test prints it for contracts of its own.
locals {
  bucket_prefix = coalesce(var.bucket_prefix, "${var.project}-")
  documents     = { for file in fileset(var.contracts, "*.odcs.yaml") : trimsuffix(file, ".odcs.yaml") => yamldecode(file("${var.contracts}/${file}")) }

  # The words of the custom property `landfall`, on the contract; and its server.
  words   = { for id, document in local.documents : id => merge([for property in try(document.customProperties, []) : property.value if property.property == "landfall"]...) }
  servers = { for id, document in local.documents : id => var.environment == "" ? document.servers[0] : concat([for server in document.servers : server if try(server.environment, "") == var.environment], [for server in document.servers : server if try(server.environment, "") == ""])[0] }

  contracts = { for id, document in local.documents : id => {
    team      = document.team.name
    sink      = local.servers[id].type
    schema    = try(local.servers[id].dataset, local.servers[id].schema)
    object    = try(local.words[id].object, null)
    bucket    = try(split("/", local.words[id].object)[0], null)
    topic     = try(local.words[id].topic, null)
    fetch     = try(local.words[id].fetch, null)
    export    = try(local.words[id].export, null)
    time_zone = try(local.words[id].timeZone, "UTC")
    schedule  = try([for sla in document.slaProperties : sla.schedule if sla.property == "frequency" && try(sla.scheduler, "") == "cron"][0], null)
    support   = [for channel in try(document.support, []) : channel.channel]
    labels    = { landfall_contract = id, landfall_team = substr(replace(lower(document.team.name), "/[^a-z0-9_-]/", "-"), 0, 63) }
    # YAML 1.1 takes a bare y for true.
    retention_ms = try([
      for sla in document.slaProperties : sla.value * 86400000 * { d = 1, w = 7, m = 30, y = 365, t = 365 }[substr(sla.unit, 0, 1)] if sla.property == "retention"
    ][0], null)
    uplifted = anytrue([for table in document.schema : anytrue([for property in try(table.customProperties, []) : can(property.value.uplift)])])
  } }

  # Tables and views, by contract and name, with where they are: `name`, or `other_schema.name` in physicalName.
  entries = merge([for id, document in local.documents : { for entry in document.schema : "${id}.${entry.name}" => {
    contract = id
    kind     = try(entry.physicalType, "table")
    schema   = try(regex("^([a-z0-9_]+)[.]", entry.physicalName)[0], local.contracts[id].schema)
    name     = reverse(split(".", try(entry.physicalName, entry.name)))[0]
    landfall = merge([for property in try(entry.customProperties, []) : property.value if property.property == "landfall"]...)
    entry    = entry
  } }]...)

  bigquery = { for key, entry in local.entries : key => merge(entry, { dataset = lookup(var.datasets, entry.schema, entry.schema) }) if local.contracts[entry.contract].sink == "bigquery" }
  postgres = anytrue([for contract in local.contracts : contract.sink == "postgres"])

  # Datasets: those of the contracts, and the house's own.
  datasets = toset([for entry in local.bigquery : entry.dataset])

  tables = { for key, entry in local.bigquery : key => {
    contract = entry.contract
    dataset  = entry.dataset
    table    = entry.name
    labels   = local.contracts[entry.contract].labels
    write    = try(entry.landfall.write, "append")
    text     = try(entry.entry.description, null)
    columns  = local.columns[key]
    key      = local.keys[key]
    # What a newer version of an object looks for, or what a MERGE joins by.
    clustering   = try(entry.landfall.write, "append") == "append" ? ["_landing_id"] : try(entry.landfall.write, "") == "replacePartition" ? [] : slice(local.clusters[key], 0, min(4, length(local.clusters[key])))
    partition    = try([for property in entry.entry.properties : property.name if try(property.partitioned, false)][0], null)
    retention_ms = local.contracts[entry.contract].retention_ms
  } if entry.kind == "table" }

  keys = { for key, entry in local.bigquery : key => concat([for position in range(1, 17) : [
    for property in entry.entry.properties : property.name if try(property.primaryKey, false) && try(property.primaryKeyPosition, 1) == position]
  ]...) if entry.kind == "table" }
  clusters = { for key, names in local.keys : key => [for name in names : name if !contains(["FLOAT64", "JSON", "TIME"], one([for column in local.columns[key] : column.type if column.name == name]))] }

  # What a column is in BigQuery: the classification says which policy tag it gets.
  columns = { for key, entry in local.bigquery : key => concat([for property in entry.entry.properties : {
    name = property.name
    type = lookup({ string = "STRING", integer = "INT64", boolean = "BOOL", date = "DATE", timestamp = "TIMESTAMP", time = "TIME", object = "JSON", array = "JSON" },
    property.logicalType, can(regex("(?i)^(double|float)", property.physicalType)) ? "FLOAT64" : try(tonumber(regex("(?i)^[a-z]+ ?[(] ?[0-9]+ ?, ?([0-9]+) ?[)]$", property.physicalType)[0]), 0) > 9 ? "BIGNUMERIC" : "NUMERIC")
    mode           = entry.kind == "table" && (try(property.required, false) || try(property.primaryKey, false)) ? "REQUIRED" : "NULLABLE"
    description    = try(property.description, null)
    precision      = property.logicalType == "number" ? try(regex("[(] ?([0-9]+)", property.physicalType)[0], null) : null
    scale          = property.logicalType == "number" ? try(regex(", ?([0-9]+) ?[)]$", property.physicalType)[0], can(regex("[(]", property.physicalType)) ? "0" : null) : null
    classification = try(property.classification, null)
    }], [for own in [
    { name = "_landing_id", mode = "REQUIRED", description = "Which landing brought the row: landing_id of the ledger.", wanted = true },
    { name = "_order", mode = "REQUIRED", description = "How new the row's source is.", wanted = try(entry.landfall.write, "") == "upsert" },
    { name = "_page", mode = "NULLABLE", description = "With which page of its run the row came, each of which is one insert; NULL when an uplift was undone.", wanted = local.contracts[entry.contract].topic != null },
    ] : { name = own.name, type = "INT64", mode = own.mode, description = own.description, precision = null, scale = null, classification = null } if own.wanted && entry.kind == "table"]) if entry.kind != "view"
  }

  # Tables whose rows stay in the contract's files.
  external = { for key, entry in local.bigquery : key => {
    contract  = entry.contract
    dataset   = entry.dataset
    table     = entry.name
    labels    = local.contracts[entry.contract].labels
    text      = try(entry.entry.description, null)
    columns   = local.columns[key]
    bucket    = local.contracts[entry.contract].bucket
    uri       = "gs://${local.bucket_prefix}${replace(local.contracts[entry.contract].object, "/[{]date:[^}]*[}]/", "*")}"
    gzip      = endswith(local.contracts[entry.contract].object, ".gz")
    format    = lookup({ ndjson = "NEWLINE_DELIMITED_JSON", jsonl = "NEWLINE_DELIMITED_JSON", json = "NEWLINE_DELIMITED_JSON", avro = "AVRO" }, try(local.words[entry.contract].format.type, lower(regex("(?i)[.]([a-z]+)$", trimsuffix(local.contracts[entry.contract].object, ".gz"))[0]), "csv"), "CSV")
    header    = try(local.words[entry.contract].format.header, true)
    delimiter = try(local.words[entry.contract].format.delimiter, ",")
    encoding  = lookup({ iso-8859-1 = "ISO-8859-1", utf-16 = "UTF-16LE", utf-16be = "UTF-16BE" }, lower(try(local.words[entry.contract].format.encoding, "utf-8")), "UTF-8")
    discards  = try(local.words[entry.contract].unknownColumns, "refuse") == "discard"
  } if entry.kind == "external" }

  # A view shows rows of one table of its contract: by a condition, or by a query in a file beside the contract.
  views = { for key, entry in local.bigquery : key => {
    contract = entry.contract
    dataset  = entry.dataset
    view     = entry.name
    labels   = local.contracts[entry.contract].labels
    text     = try(entry.entry.description, null)
    of       = local.shown[key]
    source   = local.bigquery[local.shown[key]].dataset
    query    = can(entry.landfall.query) ? local.asked[key] : local.selected[key]
  } if entry.kind == "view" }

  # Which table a view shows.
  shown = { for key, entry in local.bigquery : key => try("${entry.contract}.${entry.landfall.of}", [for other, table in local.bigquery : other if table.contract == entry.contract && table.kind != "view"][0]) if entry.kind == "view" }
  selected = { for key, entry in local.bigquery : key => join("", [
    "SELECT ", join(", ", [for name in try([for property in entry.entry.properties : property.name], [for property in local.bigquery[local.shown[key]].entry.properties : property.name]) : "`${name}`"]),
    " FROM `${local.bigquery[local.shown[key]].dataset}.${local.bigquery[local.shown[key]].name}`",
    try(" WHERE ${entry.landfall.where}", "")]) if entry.kind == "view"
  }
  asked = { for key, entry in local.bigquery : key => templatefile("${var.contracts}/${entry.landfall.query}", merge(
    { for other, table in local.bigquery : split(".", other)[1] => "`${table.dataset}.${table.name}`" if table.contract == entry.contract && table.kind != "view" },
    { table = "`${local.bigquery[local.shown[key]].dataset}.${local.bigquery[local.shown[key]].name}`" })) if can(entry.landfall.query)
  }

  # Who owns datasets: each has an account. It drops files where its contracts' objects are: in the drop zone in its own folder, elsewhere by what their names begin with.
  team_names = toset([for contract in local.contracts : contract.team])
  drop_teams = toset([for contract in local.contracts : contract.team if contract.bucket == "drop-zone"])
  producers = { for id, contract in local.contracts : id => {
    team   = contract.team
    bucket = contract.bucket
    prefix = regex("^[^/]+/([^{*]+)", contract.object)[0]
  } if contract.object != null && contract.fetch == null && contract.bucket != "drop-zone" && can(regex("^[^/]+/([^{*]+)", contract.object)) }

  # The buckets that files are dropped in, and the function that lands them.
  inboxes = { for bucket in toset(concat(["catalog", "matrix", "drop-zone"], [for contract in local.contracts : contract.bucket if contract.bucket != null])) :
  bucket => lookup({ catalog = "catalog-load", matrix = "matrix-load" }, bucket, "drop-zone-load") }

  # The topics on which pages of runs come.
  topics = { for id, contract in local.contracts : contract.topic => { contract = id, labels = contract.labels, house = contract.export != null } if contract.topic != null }

  # Which role reads which table or view of BigQuery: what its own `of` names, or all of the contract.
  readers = merge([for id, document in local.documents : merge([for role in try(document.roles, []) : {
    for key, entry in local.bigquery : "${role.role} ${entry.dataset}.${entry.name}" => { role = role.role, dataset = entry.dataset, table = entry.name, key = key }
    if entry.contract == id && contains(try(merge([for property in role.customProperties : property.value if property.property == "landfall"]...).of, [entry.entry.name]), entry.entry.name)
  } if contains(["read", "write"], try(role.access, ""))]...)]...)

  # The API's roles, as LANDFALL_API_ROLES has them: only people and accounts have an email of their own in a token.
  api_roles = join(",", flatten([for role, members in var.roles : [for member in members : "${role}=${split(":", member)[1]}" if !startswith(member, "group:")]]))
  # Those that the contracts of the images know: Api has no others, and refuses a role that none of its contracts has.
  known_roles = toset(flatten([for document in local.documents : [for role in try(document.roles, []) : role.role]]))
  image_roles = join(",", flatten([for role, members in var.roles : [for member in members : "${role}=${split(":", member)[1]}" if !startswith(member, "group:")] if contains(local.known_roles, role)]))
  callers     = toset(flatten(values(var.roles)))

  # Cloud Scheduler's jobs. A job is named after its contract, because that is how a tick says whose it is.
  jobs = merge(
    { for id, contract in local.contracts : id => { function = "fetch", schedule = contract.schedule, time_zone = contract.time_zone, labels = contract.labels } if contract.fetch != null },
    { for id, contract in local.contracts : id => { function = "customer-export", schedule = contract.schedule, time_zone = contract.time_zone, labels = contract.labels } if contract.export != null },
    { for id, contract in local.contracts : id => { function = "matrix-load", schedule = contract.schedule, time_zone = contract.time_zone, labels = contract.labels } if contract.bucket == "matrix" && contract.fetch == null && contract.schedule != null },
    { for id, contract in local.contracts : "${id}-uplift" => { function = "employee-uplift", schedule = null, time_zone = contract.time_zone, labels = contract.labels } if contract.uplifted },
    { for file in fileset(var.reports, "*.sql") : "${trimsuffix(file, ".sql")}-publish" => { function = "report-publish", schedule = regex("(?m)^-- publish:.*schedule: \"([^\"]+)\"", file("${var.reports}/${file}"))[0], time_zone = try(regex("(?m)^-- publish:.*timeZone: \"?([A-Za-z_/+-]+)", file("${var.reports}/${file}"))[0], "UTC"), labels = {} } if local.postgres && can(regex("(?m)^-- publish:.*schedule: \"([^\"]+)\"", file("${var.reports}/${file}"))) },
    { reconcile = { function = "reconcile", schedule = "*/15 * * * *", time_zone = "UTC", labels = {} } },
    { for job in ["table-backup"] : job => { function = "table-backup", schedule = "0 3 * * *", time_zone = "UTC", labels = {} } if local.postgres },
  )

  # Where reports are published.
  report_datasets = local.postgres ? toset([for file in fileset(var.reports, "*.sql") : lookup(var.datasets, try(regex("(?m)^-- publish:.*dataset: ([a-z0-9_]+)", file("${var.reports}/${file}"))[0], "reports"), try(regex("(?m)^-- publish:.*dataset: ([a-z0-9_]+)", file("${var.reports}/${file}"))[0], "reports"))]) : toset([])

  # Whom an alert about a contract reaches: its support channels, as far as they are known, or else the operators.
  channels = { for id, contract in local.contracts : id => distinct(flatten([for channel in contract.support : lookup(var.support, channel, [])])) }
  alerts = { for id, contract in local.contracts : id => {
    labels   = contract.labels
    channels = length(local.channels[id]) > 0 ? local.channels[id] : var.operators
  } }
}
