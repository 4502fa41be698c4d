-- One row per open request that is not yet due, on the policy's clock basis: how likely it is to miss, judged by the requests like it. Spans in business days.
-- Like it are those of the same option and rule. All are followed on one clock, the business days left until they are due: Kaplan and Meier's product-limit
-- estimate with late entry. The risk is the product, over the days left from today's to 0, of the shares still open when such a day ended. Sorted by number.
with params as (
    select * from run.params
),

bands as (
    select * from policy.bands
),

-- Requests that were open for a known time. One that cannot be measured, or was rejected nobody knows when, tells nothing.
clocks as (
    select clocks.*, requests.service_option, params.zone, params.as_of_on, params.counted_through_on
    from facts.request_clocks as clocks
    inner join params on clocks.clock_basis = params.clock_basis
    inner join corrected.requests as requests on clocks.number = requests.number
    where
        clocks.due_on is not null
        and clocks.slo_outcome <> 'not_measurable'
        and (clocks.slo_outcome <> 'excluded' or clocks.stop_at is not null)
),

dated_clocks as (
    select
        clocks.*,
        due_days.floor_ord as due_ord,
        due_days.floor_ord - counted_days.floor_ord + clocks.target_business_days as first_left,
        reach_days.ceil_ord - counted_days.floor_ord + clocks.target_business_days as reached_business_days,
        clocks.slo_outcome = 'open' and local_date(clocks.clock_start_at, clocks.zone) = clocks.counted_through_on as is_started_last
    from clocks
    inner join calendar.days as due_days on clocks.due_on = due_days.on_date
    inner join calendar.days as counted_days on clocks.business_days_due_on = counted_days.on_date
    inner join calendar.days as reach_days on clocks.counted_through_on = reach_days.on_date
),

-- A request is followed from the days left at its start down to those of its stop; what exports do not reach is not known to be open.
-- Between closed days a stop by the due date can have no day left for it: it counts to the last.
followed_clocks as (
    select
        *,
        case
            when slo_outcome = 'missed' or outcome_reason = 'ended_after_due' then -1
            when is_started_last then first_left
            when slo_outcome = 'open' then greatest(first_left - reached_business_days, 0)
            else greatest(first_left - elapsed_business_days, 0)
        end as last_left
    from dated_clocks
),

open_requests as (
    select
        clocks.number,
        clocks.service_option,
        clocks.due_rule,
        clocks.due_ord - todays.floor_ord as business_days_left,
        greatest(clocks.first_left - clocks.elapsed_business_days, 0) as similar_business_days_left
    from followed_clocks as clocks
    inner join calendar.days as todays on clocks.as_of_on = todays.on_date
    where clocks.outcome_reason = 'not_yet_due'
),

-- What happens at a number of days left: requests start, are met, leave for whatever reason; `known` are those with a verdict.
happenings as (
    select
        service_option,
        due_rule,
        first_left as days_left,
        count(*) as started_count,
        count(*) filter (where slo_outcome in ('met', 'missed')) as started_known_count,
        count(*) filter (where slo_outcome = 'missed') as started_missed_count,
        0 as met_count,
        0 as left_count,
        0 as left_known_count
    from followed_clocks
    where last_left <= first_left
    group by service_option, due_rule, first_left
    union all
    select
        service_option,
        due_rule,
        last_left,
        0,
        0,
        0,
        count(*) filter (where slo_outcome = 'met'),
        count(*),
        count(*) filter (where slo_outcome in ('met', 'missed'))
    from followed_clocks
    where last_left <= first_left
    group by service_option, due_rule, last_left
    union all
    select service_option, due_rule, similar_business_days_left, 0, 0, 0, 0, 0, 0 from open_requests
),

days as (
    select
        service_option,
        due_rule,
        days_left,
        sum(started_count) as started_count,
        sum(started_known_count) as started_known_count,
        sum(started_missed_count) as started_missed_count,
        sum(met_count) as met_count,
        sum(left_count) as left_count,
        sum(left_known_count) as left_known_count
    from happenings
    group by service_option, due_rule, days_left
),

-- At risk on a day are all that have started by then and had not left before it.
days_at_risk as (
    select
        service_option,
        due_rule,
        days_left,
        met_count,
        sum(started_count - left_count) over (
            partition by service_option, due_rule order by days_left desc rows between unbounded preceding and current row
        ) + left_count as at_risk_count,
        sum(started_known_count - left_known_count) over (
            partition by service_option, due_rule order by days_left desc rows between unbounded preceding and current row
        ) + left_known_count as similar_count,
        sum(started_missed_count) over (
            partition by service_option, due_rule order by days_left desc rows between unbounded preceding and current row
        ) as similar_missed_count
    from days
),

-- The product is a sum of logarithms. A day on which all are met has none: whoever meets it is not at risk.
curves as (
    select
        service_option,
        due_rule,
        days_left,
        similar_count,
        similar_missed_count,
        sum(case when met_count > 0 and met_count < at_risk_count then ln(1 - cast(met_count as double) / at_risk_count) else 0 end) over (
            partition by service_option, due_rule order by days_left rows between unbounded preceding and current row
        ) as log_ratio,
        max(case when met_count > 0 and met_count = at_risk_count then 1 else 0 end) over (
            partition by service_option, due_rule order by days_left rows between unbounded preceding and current row
        ) as is_met_surely
    from days_at_risk
    where days_left >= 0
),

-- Twelve decimals: the logarithms are exact to some fifteen, and one half is to be one half. Nobody like it: no ratio.
risks as (
    select
        open_requests.number,
        open_requests.service_option,
        open_requests.due_rule,
        open_requests.business_days_left,
        case
            when curves.similar_count = 0 then null
            when curves.is_met_surely = 1 then 0
            else round(exp(curves.log_ratio), 12)
        end as risk_ratio,
        cast(curves.similar_count as bigint) as similar_count,
        cast(curves.similar_missed_count as bigint) as similar_missed_count,
        open_requests.similar_business_days_left
    from open_requests
    inner join curves
        on
            open_requests.service_option = curves.service_option
            and open_requests.due_rule = curves.due_rule
            and open_requests.similar_business_days_left = curves.days_left
),

-- The first band that holds.
banded_risks as (
    select risks.number, min(bands.position) as position
    from risks
    cross join bands
    where risks.similar_count >= bands.from_similar_count and round(coalesce(risks.risk_ratio, 0) * 10000, 6) >= bands.from_basis_points
    group by risks.number
),

open_risks as (
    select
        risks.number,
        risks.service_option,
        risks.due_rule,
        risks.business_days_left,
        risks.risk_ratio,
        risks.similar_count,
        risks.similar_missed_count,
        bands.band as risk_band,
        risks.similar_business_days_left
    from risks
    inner join banded_risks on risks.number = banded_risks.number
    inner join bands on banded_risks.position = bands.position
)

select * from open_risks
order by number
