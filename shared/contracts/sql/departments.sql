-- The tables of departments.odcs.yaml, which this is made of: change that. tests/README.md says how this follows.

CREATE SCHEMA IF NOT EXISTS "hiring";

CREATE TABLE "hiring"."departments" (
  "id" bigint NOT NULL,
  "department" text NOT NULL,
  _landing_id bigint NOT NULL,
  _order bigint NOT NULL,
  PRIMARY KEY ("id")
);
COMMENT ON TABLE "hiring"."departments" IS E'Departments by id; the newest file that names one decides its name.';
COMMENT ON COLUMN "hiring"."departments"."id" IS E'Identifies the department.';
COMMENT ON COLUMN "hiring"."departments"."department" IS E'What the department is called.';
