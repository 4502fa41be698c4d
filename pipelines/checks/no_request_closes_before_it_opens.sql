-- A request closes on or after the day it was submitted.
-- warns
select number, submitted_on, closed_on from records.requests where closed_on < submitted_on
