-- Every transition is one of a request that is loaded.
-- warns
select distinct number, source from snapshot.main.transition_findings where finding = 'unknown_request'
