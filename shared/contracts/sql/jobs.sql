-- The tables of jobs.odcs.yaml, which this is made of: change that. tests/README.md says how this follows.

CREATE SCHEMA IF NOT EXISTS "hiring";

CREATE TABLE "hiring"."jobs" (
  "id" bigint NOT NULL,
  "job" text NOT NULL,
  _landing_id bigint NOT NULL,
  _order bigint NOT NULL,
  PRIMARY KEY ("id")
);
COMMENT ON TABLE "hiring"."jobs" IS E'Jobs by id; the newest file that names one decides its name.';
COMMENT ON COLUMN "hiring"."jobs"."id" IS E'Identifies the job.';
COMMENT ON COLUMN "hiring"."jobs"."job" IS E'What the job is called.';
