-- One row per service option of the policy: the time worked on its completed requests, as far as exports give it. Hours.
with options as (
    select service_option from policy.options
),

params as (
    select clock_basis from run.params
),

completed_requests as (
    select requests.service_option, requests.time_worked_seconds
    from facts.request_clocks as clocks
    inner join params on clocks.clock_basis = params.clock_basis
    inner join corrected.requests as requests on clocks.number = requests.number
    where clocks.outcome_reason in ('on_time', 'completed_late', 'completed_without_stop', 'stop_before_submission')
),

-- A time of nothing is a timer that nobody started.
efforts as (
    select
        service_option,
        count(*) as completed_count,
        count(*) filter (where time_worked_seconds > 0) as observed_count,
        cast(sum(time_worked_seconds) filter (where time_worked_seconds > 0) as double) / 3600 as total_hours
    from completed_requests
    group by service_option
),

forecast_effort as (
    select
        options.service_option,
        coalesce(efforts.completed_count, 0) as completed_count,
        coalesce(efforts.observed_count, 0) as observed_count,
        coalesce(efforts.total_hours, 0) as total_hours,
        efforts.total_hours / nullif(efforts.observed_count, 0) as mean_hours
    from options
    left join efforts on options.service_option = efforts.service_option
)

select * from forecast_effort
order by service_option
