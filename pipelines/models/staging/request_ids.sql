-- One row per row of a request export that gives the id by which other tables of its system name it. Source: landed.requests.
with landed_rows as (
    select number, record_id from landed.requests
),

request_ids as (
    select lower(record_id) as record_id, number
    from landed_rows
    where record_id <> '' and number <> ''
)

select * from request_ids
