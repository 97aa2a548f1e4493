-- The tables of product_catalog_full.odcs.yaml, which this is made of: change that. tests/README.md says how this follows.

CREATE SCHEMA IF NOT EXISTS `catalog`;

CREATE SCHEMA IF NOT EXISTS `team_a`;

CREATE SCHEMA IF NOT EXISTS `team_b`;

CREATE TABLE `catalog.product_catalog_full` (
  `brand` STRING NOT NULL OPTIONS (description = 'Who made it.'),
  `category_id` INT64 NOT NULL OPTIONS (description = 'The category that it is offered in.'),
  `comment` STRING OPTIONS (description = 'What the seller says.'),
  `currency` STRING OPTIONS (description = 'What it is sold in, as ISO 4217 has it.'),
  `description` STRING OPTIONS (description = 'Its condition.'),
  `image` STRING OPTIONS (description = 'A picture of it, as a data URI.'),
  `year_release` INT64 OPTIONS (description = 'The year it came on the market.'),
  `_landing_id` INT64 NOT NULL OPTIONS (description = 'Which landing brought the row: landing_id of the ledger.')
)
OPTIONS (description = 'The rows of the published file, column for column.', labels = [('landfall_contract', 'product_catalog_full'), ('landfall_team', 'catalog')]);

CREATE VIEW `team_a.products_with_image_full`
OPTIONS (description = 'What can be shown with a picture.', labels = [('landfall_contract', 'product_catalog_full'), ('landfall_team', 'catalog')])
AS SELECT `brand`, `category_id`, `comment`, `currency`, `description`, `image`, `year_release` FROM `catalog.product_catalog_full` WHERE image IS NOT NULL AND image <> '';

CREATE VIEW `team_b.samsung_without_image_full`
OPTIONS (description = 'Samsung\'s products from after the year 2000 that still need a picture.', labels = [('landfall_contract', 'product_catalog_full'), ('landfall_team', 'catalog')])
AS SELECT `brand`, `category_id`, `comment`, `currency`, `description`, `image`, `year_release` FROM `catalog.product_catalog_full` WHERE brand = 'Samsung' AND year_release > 2000 AND (image IS NULL OR image = '');
