-- One row per option and day of submission of requests; `unlisted_count`: renewals of certificates that no export shows. Dates local.
with params as (
    select zone from run.params
),

linked_requests as (
    select number from links.certificate_links where not is_as_exported group by number
),

listed_names as (
    select name from joined.certificate_names group by name
),

listed_requests as (
    select request_names.number
    from joined.request_names as request_names
    inner join listed_names on request_names.name = listed_names.name
    group by request_names.number
),

requests as (
    select
        outcomes.number,
        outcomes.service_option,
        local_date(outcomes.submitted_at, params.zone) as submitted_on,
        linked_requests.number is null and listed_requests.number is null as is_unlisted
    from metrics.slo_outcomes as outcomes
    cross join params
    left join linked_requests on outcomes.number = linked_requests.number
    left join listed_requests on outcomes.number = listed_requests.number
),

forecast_arrivals as (
    select
        requests.service_option,
        requests.submitted_on,
        count(*) as request_count,
        count(*) filter (where requests.is_unlisted) as unlisted_count
    from requests
    group by requests.service_option, requests.submitted_on
)

select * from forecast_arrivals
order by service_option, submitted_on
