-- The ledger: one row a landing; the only memory. A landing's row commits with its data.
CREATE TABLE landfall.landings (
  identity         text        PRIMARY KEY,           -- bucket/name#generation
  landing_id       bigint      NOT NULL UNIQUE,       -- 63 bits of SHA-256 of the identity; the rows' _landing_id
  contract         text        NOT NULL,
  contract_version text        NOT NULL,
  bucket           text        NOT NULL,
  name             text        NOT NULL,
  generation       bigint      NOT NULL,
  time_created     timestamptz NOT NULL,
  size             bigint      NOT NULL,
  source_date      date,                              -- the date in the name
  outcome          text        NOT NULL CHECK (outcome IN ('landed', 'superseded', 'refused', 'vanished')),
  attempt          uuid        NOT NULL,
  started_at       timestamptz NOT NULL,
  finished_at      timestamptz NOT NULL,
  rows_read        bigint      NOT NULL,
  rows_landed      bigint      NOT NULL,
  rows_rejected    bigint      NOT NULL,
  rows_collapsed   bigint      NOT NULL,
  rejects          text,                              -- gs:// of the quarantine object
  reason           text,
  hint             text,
  details          jsonb       NOT NULL               -- tables and the first rejects
);
CREATE INDEX landings_object ON landfall.landings (bucket, name);
CREATE INDEX landings_finished ON landfall.landings (finished_at);

-- The head row of each contract: a landing locks it, reads the ledger in a later statement, decides, commits.
CREATE TABLE landfall.heads (
  contract text PRIMARY KEY
);
