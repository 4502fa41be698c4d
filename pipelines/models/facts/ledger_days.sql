-- One row per calendar day, as the ledger of a clock shows it.
with days as (
    select on_date, is_business_day, closure_name from calendar.days
)

select * from days
order by on_date
