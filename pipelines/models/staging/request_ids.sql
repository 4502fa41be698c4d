-- One row per request and the id by which other tables of its system name it. Source: landed.requests.
with landed_rows as (
    select number, record_id from landed.requests
),

request_ids as (
    select record_id, min(number) as number
    from landed_rows
    where record_id <> '' and number <> ''
    group by record_id
)

select * from request_ids
