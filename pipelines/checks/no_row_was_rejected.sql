-- Every row of every export can be read.
-- warns
select export, row_number, column_name, value, reason from snapshot.main.quarantine
