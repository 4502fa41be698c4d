-- One row per request that a declared correction or exclusion touches, as its exports have it, in the columns of corrected.requests.
with requests as (
    select * from records.requests
),

declared_numbers as (
    select number from records.corrections where number is not null group by number
),

exported_requests as (
    select requests.*
    from requests
    inner join declared_numbers on requests.number = declared_numbers.number
)

select * from exported_requests
