-- One row per id by which other tables of its system name a request, in lower case: the request's number.
with staged_ids as (
    select * from staging.request_ids
),

request_ids as (
    select record_id, min(number) as number from staged_ids group by record_id
)

select * from request_ids
