-- Every value of a transition that tells of a loaded request is mapped to a phase.
-- warns
select source, field, value, count(*) as request_count from snapshot.main.transition_findings where finding = 'not_mapped' group by source, field, value
