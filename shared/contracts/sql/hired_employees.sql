-- The tables of hired_employees.odcs.yaml, which this is made of: change that. tests/README.md says how this follows.
-- They refer to tables of departments, jobs: those come first.

CREATE SCHEMA IF NOT EXISTS "hiring";

CREATE TABLE "hiring"."hired_employees" (
  "id" bigint NOT NULL,
  "name" text NOT NULL,
  "datetime" timestamp with time zone NOT NULL,
  "department_id" bigint NOT NULL,
  "job_id" bigint NOT NULL,
  _landing_id bigint NOT NULL,
  _order bigint NOT NULL,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("department_id") REFERENCES "hiring"."departments" ("id") DEFERRABLE INITIALLY IMMEDIATE,
  FOREIGN KEY ("job_id") REFERENCES "hiring"."jobs" ("id") DEFERRABLE INITIALLY IMMEDIATE
);
COMMENT ON TABLE "hiring"."hired_employees" IS E'Hires by employee; every field is required.';
COMMENT ON COLUMN "hiring"."hired_employees"."id" IS E'Identifies the employee.';
COMMENT ON COLUMN "hiring"."hired_employees"."name" IS E'First and last name.';
COMMENT ON COLUMN "hiring"."hired_employees"."datetime" IS E'When the employee was hired, in UTC; ISO 8601 in the file.';
COMMENT ON COLUMN "hiring"."hired_employees"."department_id" IS E'The department hired into.';
COMMENT ON COLUMN "hiring"."hired_employees"."job_id" IS E'The job hired for.';
