-- People look at one contract's landings, those that ended last first; nobody asks for the end alone.
CREATE INDEX landings_contract ON landfall.landings (contract, finished_at DESC, landing_id DESC);
DROP INDEX landfall.landings_finished;
