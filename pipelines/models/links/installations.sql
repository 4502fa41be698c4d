-- One row per request whose installation is exported as tasks that have all ended: the end of the last. Times UTC, dates local.
with tasks as (
    select number, ended_at, is_unended from joined.track_intervals where is_parallel and phase = 'install' and not is_out_of_order
),

params as (
    select zone from run.params
),

ended_tasks as (
    select number, max(ended_at) as ended_at from tasks group by number having count(*) filter (where is_unended) = 0
),

installations as (
    select ended_tasks.number, ended_tasks.ended_at, local_date(ended_tasks.ended_at, params.zone) as ended_on
    from ended_tasks
    cross join params
)

select * from installations
