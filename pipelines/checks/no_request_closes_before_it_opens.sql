-- A request closes on or after the day it was submitted.
-- warns
select number, submitted_on, closed_on from corrected.requests where closed_on < submitted_on
