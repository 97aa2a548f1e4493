SELECT id FROM ${table}; SELECT 1
