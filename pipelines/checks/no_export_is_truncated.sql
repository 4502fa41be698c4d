-- No export stops at the limit of 10,000 rows or carries another warning from its landing.
-- warns
select name, warnings from snapshot.main.exports where not is_withdrawn and warnings is not null
