-- The tables of customers.odcs.yaml, which this is made of: change that. tests/README.md says how this follows.

CREATE SCHEMA IF NOT EXISTS `coding_exercise`;

CREATE TABLE `coding_exercise.customers` (
  `registered` STRING NOT NULL OPTIONS (description = 'The hard id: what the shop calls the customer.'),
  `cookie` JSON OPTIONS (description = 'The soft ids: the browsers that are known to be the customer\'s.'),
  `first_name` STRING,
  `last_name` STRING,
  `email` STRING,
  `company` STRING OPTIONS (description = 'Where they work.'),
  `country` STRING OPTIONS (description = 'Where they are, as ISO 3166 has it.'),
  `employees` STRING OPTIONS (description = 'How many people work there, as the project keeps it: mostly a number; nothing and texts occur.'),
  `_landing_id` INT64 NOT NULL OPTIONS (description = 'Which landing brought the row: landing_id of the ledger.'),
  `_page` INT64 OPTIONS (description = 'With which page of its run the row came, each of which is one insert; NULL when an uplift was undone.'),
  PRIMARY KEY (`registered`) NOT ENFORCED
)
CLUSTER BY `registered`
OPTIONS (description = 'One row a customer.', labels = [('landfall_contract', 'customers'), ('landfall_team', 'marketing')]);
