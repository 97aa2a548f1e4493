SELECT id FROM ${b}
