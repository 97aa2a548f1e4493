-- The tables of relations.odcs.yaml, which this is made of: change that. tests/README.md says how this follows.

CREATE SCHEMA IF NOT EXISTS "relations";

CREATE TABLE "relations"."actors" (
  "label" text NOT NULL,
  "number" bigint NOT NULL,
  "name" text NOT NULL,
  _landing_id bigint NOT NULL,
  PRIMARY KEY ("number")
);
COMMENT ON TABLE "relations"."actors" IS E'The list of actors, as the workbook has it.';
COMMENT ON COLUMN "relations"."actors"."label" IS E'Repeats and differs between the axes; never a key.';
COMMENT ON COLUMN "relations"."actors"."number" IS E'Identifies the actor.';
COMMENT ON COLUMN "relations"."actors"."name" IS E'First and last name.';

CREATE TABLE "relations"."relations" (
  "from_actor" bigint NOT NULL,
  "to_actor" bigint NOT NULL,
  "related" boolean NOT NULL,
  _landing_id bigint NOT NULL,
  PRIMARY KEY ("from_actor", "to_actor")
);
COMMENT ON TABLE "relations"."relations" IS E'The filled cells of the matrix.';
COMMENT ON COLUMN "relations"."relations"."from_actor" IS E'Whose relation it is.';
COMMENT ON COLUMN "relations"."relations"."to_actor" IS E'Whom it is to.';
COMMENT ON COLUMN "relations"."relations"."related" IS E'Whether there is a relation.';
