-- One row per renewal option and lead: how many requests were submitted so many calendar days before expiry.
with options as (
    select service_option from policy.options where is_renewal
),

forecast_leads as (
    select outcomes.service_option, outcomes.lead_days, count(*) as request_count
    from metrics.slo_outcomes as outcomes
    inner join options on outcomes.service_option = options.service_option
    where outcomes.lead_days is not null
    group by outcomes.service_option, outcomes.lead_days
)

select * from forecast_leads
order by service_option, lead_days
