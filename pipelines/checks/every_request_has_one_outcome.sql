-- The outcomes have one row per request.
-- blocks
select number, count(*) as row_count from snapshot.main.slo_outcomes group by number having count(*) <> 1
