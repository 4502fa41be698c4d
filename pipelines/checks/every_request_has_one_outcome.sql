-- The outcomes have one row per request, and each of both clocks has one.
-- blocks
select number, count(*) as row_count, 'slo_outcomes' as found_in from snapshot.main.slo_outcomes group by number having count(*) <> 1
union all
select number, count(*), clock_basis from snapshot.main.request_clocks group by number, clock_basis having count(*) <> 1
