-- Backups: what each of them holds, and what a restore has taken back.
ALTER TABLE landfall.landings DROP CONSTRAINT landings_outcome_check;
ALTER TABLE landfall.landings ADD CONSTRAINT landings_outcome_check CHECK (outcome IN ('landed', 'superseded', 'refused', 'vanished', 'restored', 'reverted', 'erased'));

-- Counts up with every landing and every restore of the contract, under the lock of its row: a snapshot that sees a version sees all that landed up to it, and nothing else.
ALTER TABLE landfall.heads ADD COLUMN version bigint NOT NULL DEFAULT 0;
-- The version that the landing made, the first time it landed; NULL for what never has.
ALTER TABLE landfall.landings ADD COLUMN version bigint;
UPDATE landfall.landings SET version = 0 WHERE outcome = 'landed';
CREATE INDEX landings_reverted ON landfall.landings (contract) WHERE outcome = 'reverted';

-- Which ledger this is: versions of another one mean nothing here. Whoever takes the database back to an earlier time gives it a new id.
CREATE TABLE landfall.ledger (id uuid NOT NULL DEFAULT gen_random_uuid());
INSERT INTO landfall.ledger DEFAULT VALUES;
-- Whether a table was restored from a backup of another ledger: rows may stand there then of landings that this one does not know.
ALTER TABLE landfall.heads ADD COLUMN strange boolean NOT NULL DEFAULT false;

-- At which versions a landing was in a table. It is from its first version on, and has no row here, unless a restore has ever taken it out of the table.
CREATE TABLE landfall.presence (
  identity   text           NOT NULL,             -- of landfall.landings
  table_name text           NOT NULL,             -- schema.table
  versions   int8multirange NOT NULL,
  PRIMARY KEY (identity, table_name)
);
