-- One row per option and due date of open requests, overdue ones included; without a due date the clock has not started.
with forecast_open_work as (
    select service_option, due_on, count(*) as request_count
    from metrics.slo_outcomes
    where slo_outcome = 'open' or is_open_overdue
    group by service_option, due_on
)

select * from forecast_open_work
order by service_option, due_on nulls last
