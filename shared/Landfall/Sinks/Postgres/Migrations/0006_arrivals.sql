-- Files are asked for by their outcome and by their day, past the API's writes, of which there may be a thousand times as many.
CREATE INDEX landings_arrivals ON landfall.landings (contract, outcome, finished_at DESC, landing_id DESC) WHERE bucket <> 'api';
CREATE INDEX landings_dates ON landfall.landings (contract, source_date, finished_at) WHERE bucket <> 'api' AND outcome = 'landed';
-- What has not landed is looked for among everything that has.
CREATE INDEX landings_faults ON landfall.landings (contract, outcome, finished_at DESC, landing_id DESC) WHERE outcome <> 'landed';
