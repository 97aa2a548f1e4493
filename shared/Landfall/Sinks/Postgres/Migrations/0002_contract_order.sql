-- Finds the newest landing of a contract (replace), or of one of its days (replacePartition).
CREATE INDEX landings_newest ON landfall.landings (contract, source_date DESC NULLS LAST, time_created DESC, generation DESC) WHERE outcome = 'landed';
