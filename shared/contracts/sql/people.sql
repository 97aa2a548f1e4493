-- The tables of people.odcs.yaml, which this is made of: change that. tests/README.md says how this follows.

CREATE SCHEMA IF NOT EXISTS "people";

CREATE TABLE "people"."people" (
  "email" text NOT NULL,
  "first_name" text NOT NULL,
  "last_name" text NOT NULL,
  "company_name" text,
  "address" text,
  "city" text,
  "state" text NOT NULL,
  "zip" text,
  "phone1" text,
  "phone2" text,
  _landing_id bigint NOT NULL,
  _order bigint NOT NULL,
  PRIMARY KEY ("email")
);
COMMENT ON TABLE "people"."people" IS E'People by e-mail address; the newest file that names one decides the rest.';
COMMENT ON COLUMN "people"."people"."email" IS E'Identifies the person.';
COMMENT ON COLUMN "people"."people"."first_name" IS E'Given name.';
COMMENT ON COLUMN "people"."people"."last_name" IS E'Family name.';
COMMENT ON COLUMN "people"."people"."company_name" IS E'The employer.';
COMMENT ON COLUMN "people"."people"."address" IS E'Street and number.';
COMMENT ON COLUMN "people"."people"."city" IS E'Part of the address.';
COMMENT ON COLUMN "people"."people"."state" IS E'Two letters, as the post writes them.';
COMMENT ON COLUMN "people"."people"."zip" IS E'Five digits, as text; the file drops leading zeros.';
COMMENT ON COLUMN "people"."people"."phone1" IS E'The number to try first.';
COMMENT ON COLUMN "people"."people"."phone2" IS E'The number to try next.';

CREATE TABLE "people"."departments" (
  "department" text NOT NULL,
  _landing_id bigint NOT NULL,
  _order bigint NOT NULL,
  PRIMARY KEY ("department")
);
COMMENT ON TABLE "people"."departments" IS E'Every department that the file names.';
COMMENT ON COLUMN "people"."departments"."department" IS E'Identifies the department and is its name.';

CREATE TABLE "people"."person_departments" (
  "email" text NOT NULL,
  "department" text NOT NULL,
  _landing_id bigint NOT NULL,
  _order bigint NOT NULL,
  PRIMARY KEY ("email", "department"),
  FOREIGN KEY ("email") REFERENCES "people"."people" ("email") DEFERRABLE INITIALLY IMMEDIATE,
  FOREIGN KEY ("department") REFERENCES "people"."departments" ("department") DEFERRABLE INITIALLY IMMEDIATE
);
COMMENT ON TABLE "people"."person_departments" IS E'Who works where; a person may work in several departments.';
COMMENT ON COLUMN "people"."person_departments"."email" IS E'The person.';
COMMENT ON COLUMN "people"."person_departments"."department" IS E'The department.';
