-- One row per request whose approval, its time or its requested date other exports tell or fill, and one as exported where it is corrected. Times UTC, dates local.
with requests as (
    select number, false as is_as_exported, requisition_number, approval, approved_at, approved_on, requested_completion_on from corrected.requests
    union all
    select number, true, requisition_number, approval, approved_at, approved_on, requested_completion_on from corrected.exported_requests
),

params as (
    select zone from run.params
),

requisitions as (
    select * from versions.requisition_versions where disposition = 'accepted'
),

answers as (
    select * from versions.approval_versions where disposition = 'accepted'
),

-- Approvers of the request itself and of its requisition are all parties to it.
asked_answers as (
    select requests.number, answers.approval, answers.version_at
    from requests
    inner join answers on requests.number = answers.number
    union all
    select requests.number, answers.approval, answers.version_at
    from requests
    inner join answers on requests.requisition_number = answers.number and requests.requisition_number <> requests.number
),

-- Complete when approver rows exist and none is still requested; a rejection by one is a rejection.
answered_requests as (
    select
        number,
        case
            when count(*) filter (where approval = 'rejected') > 0 then 'rejected'
            when count(*) filter (where approval is null or approval = 'requested') > 0 then 'requested'
            else 'approved'
        end as approval,
        max(version_at) filter (where approval = 'approved') as approved_at
    from asked_answers
    group by number
),

-- Without approvers, what the requisition says.
told_requests as (
    select
        requests.number,
        requests.is_as_exported,
        requests.approval as own_approval,
        requests.approved_at as own_approved_at,
        requests.approved_on as own_approved_on,
        case when answered_requests.number is not null then answered_requests.approval else requisitions.approval end as told_approval,
        case when answered_requests.number is not null then answered_requests.approved_at else requisitions.approved_at end as told_approved_at,
        coalesce(requests.requested_completion_on, requisitions.requested_completion_on) as requested_completion_on
    from requests
    left join requisitions on requests.requisition_number = requisitions.number
    left join answered_requests on requests.number = answered_requests.number
    where requisitions.number is not null or answered_requests.number is not null
),

decided_requests as (
    select
        *,
        own_approval = 'approved' or (coalesce(own_approval, 'requested') = 'requested' and told_approval = 'approved') as is_approved,
        coalesce(own_approval, 'requested') = 'requested' and told_approval is not null as is_told
    from told_requests
),

request_approvals as (
    select
        decided_requests.number,
        decided_requests.is_as_exported,
        case when is_told then told_approval else own_approval end as approval,
        case
            when is_told and not is_approved then null
            when own_approved_at is not null then own_approved_at
            when is_approved then told_approved_at
        end as approved_at,
        case
            when is_told and not is_approved then null
            when own_approved_at is not null then own_approved_on
            when is_approved then local_date(told_approved_at, params.zone)
        end as approved_on,
        requested_completion_on
    from decided_requests
    cross join params
)

select * from request_approvals
