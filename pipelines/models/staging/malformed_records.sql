-- One row per record of a request export that is not a row of its table. Source: landed.malformed.
with malformed_records as (
    select export_id, row_number, record_text, reason from landed.malformed
)

select * from malformed_records
