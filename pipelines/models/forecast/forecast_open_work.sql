-- One row per option and due date of open requests, overdue ones included; without a due date the clock has not started.
with params as (
    select clock_basis from run.params
),

forecast_open_work as (
    select requests.service_option, clocks.due_on, count(*) as request_count
    from facts.request_clocks as clocks
    inner join params on clocks.clock_basis = params.clock_basis
    inner join corrected.requests as requests on clocks.number = requests.number
    where clocks.is_under_way
    group by requests.service_option, clocks.due_on
)

select * from forecast_open_work
order by service_option, due_on nulls last
