-- The rows of an export are its accepted, superseded, later and quarantined rows, and nothing else.
-- blocks
select name, row_count, accepted_count, superseded_count, later_count, quarantined_count
from snapshot.main.exports
where not is_withdrawn and row_count is distinct from accepted_count + superseded_count + later_count + quarantined_count
