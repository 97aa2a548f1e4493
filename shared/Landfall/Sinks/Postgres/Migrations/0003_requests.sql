-- What writing requests with an Idempotency-Key were answered: one that comes again hears the same. Each goes by itself when its day is over and others come.
CREATE TABLE landfall.requests (
  caller     text        NOT NULL,                    -- the caller's verified email; empty where access is switched off
  key        text        NOT NULL,
  digest     bytea       NOT NULL,                    -- SHA-256 of method, path, preferences and body
  status     smallint    NOT NULL,
  headers    text[]      NOT NULL,                    -- each "Name: value"
  body       bytea       NOT NULL,
  identities text[]      NOT NULL,                    -- the landings it made, as in landfall.landings: a restore that takes one back makes the answer untrue, and forgets it
  created_at timestamptz NOT NULL,
  PRIMARY KEY (caller, key)
);
CREATE INDEX requests_created ON landfall.requests (created_at);

-- The quarantine of what comes over HTTP, since the API reaches no bucket. A landing's rejects commit with its rows.
CREATE TABLE landfall.rejects (
  rejected_at timestamptz NOT NULL,
  identity    text        NOT NULL,                   -- the landing's, as in landfall.landings, where it is if any row of it landed
  contract    text        NOT NULL,
  "table"     text        NOT NULL,                   -- schema.table; of a file that feeds several, the first
  place       bigint      NOT NULL,                   -- of an uploaded file the line, from 1; of a request the row's index, from 0
  "column"    text,
  rule        text        NOT NULL,
  value       text,
  reason      text        NOT NULL,
  row         text        NOT NULL                    -- as it was sent
);
CREATE INDEX rejects_time ON landfall.rejects (rejected_at);
CREATE INDEX rejects_identity ON landfall.rejects (identity);
