-- A request is approved on or after the day it was submitted.
-- warns
select number, submitted_on, approved_on from corrected.requests where approved_on < submitted_on
