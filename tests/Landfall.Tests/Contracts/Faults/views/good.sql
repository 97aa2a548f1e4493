-- Every row; it's one SELECT.
SELECT id FROM ${table} WHERE id > 0 /* ; */
