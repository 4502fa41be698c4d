-- One row per certificate that another one does or may replace: by which, and whether that is certain, or confirmed by declaration.
with params as (
    select successor_overlap_days from run.params
),

certificates as (
    select certificate, holding, organisation, status, serial_number, issued_at, issued_on, expires_on, is_active
    from joined.certificates
    where is_issued and status <> 'revoked'
),

held_names as (
    select certificate, name, is_wildcard from joined.certificate_names
),

name_counts as (
    select certificate, count(*) as name_count from held_names group by certificate
),

active_names as (
    select held_names.certificate, held_names.name
    from held_names
    inner join certificates on held_names.certificate = certificates.certificate
    where certificates.is_active
),

-- A wildcard covers exactly one label: `*.x.ca.gov` holds `a.x.ca.gov`, not `b.a.x.ca.gov` and not `x.ca.gov`.
covers as (
    select held_names.certificate, held_names.name, active_names.certificate as successor, true as is_literal
    from held_names
    inner join active_names on held_names.name = active_names.name
    union all
    select held_names.certificate, held_names.name, active_names.certificate, false
    from held_names
    inner join active_names on '*' || substr(held_names.name, strpos(held_names.name, '.')) = active_names.name
    where not held_names.is_wildcard and strpos(held_names.name, '.') > 0
),

covered_names as (
    select certificate, successor, name, count(*) filter (where is_literal) > 0 as is_literal
    from covers
    where certificate <> successor
    group by certificate, successor, name
),

-- The earlier one's own values are carried along, because both ends joined at once are compared each with each.
pairs as (
    select
        covered_names.certificate,
        covered_names.successor,
        earlier.holding,
        earlier.organisation,
        earlier.serial_number,
        earlier.issued_at,
        earlier.expires_on,
        count(*) as held_count,
        count(*) filter (where covered_names.is_literal) as literal_count
    from covered_names
    inner join certificates as earlier on covered_names.certificate = earlier.certificate
    group by
        covered_names.certificate, covered_names.successor, earlier.holding, earlier.organisation, earlier.serial_number, earlier.issued_at,
        earlier.expires_on
),

-- Issued later (of two issued at the same instant the larger serial number), expiring later; of another source, or of the same and the same organisation.
succeeding_pairs as (
    select
        pairs.certificate,
        pairs.successor,
        pairs.held_count,
        later.expires_on as successor_expires_on,
        later.serial_number as successor_serial,
        pairs.literal_count = name_counts.name_count
        and later.holding = pairs.holding
        and date_days(later.issued_on, pairs.expires_on) <= params.successor_overlap_days as is_certain
    from pairs
    cross join params
    inner join certificates as later on pairs.successor = later.certificate
    inner join name_counts on pairs.certificate = name_counts.certificate
    where
        later.expires_on > pairs.expires_on
        and (
            later.issued_at > pairs.issued_at
            or (
                later.issued_at = pairs.issued_at
                and (
                    length(later.serial_number) > length(pairs.serial_number)
                    or (length(later.serial_number) = length(pairs.serial_number) and later.serial_number > pairs.serial_number)
                )
            )
        )
        and (later.holding <> pairs.holding or coalesce(later.organisation, '') = coalesce(pairs.organisation, ''))
),

covered_counts as (
    select covered_names.certificate, covered_names.name
    from covered_names
    inner join succeeding_pairs on covered_names.certificate = succeeding_pairs.certificate and covered_names.successor = succeeding_pairs.successor
    group by covered_names.certificate, covered_names.name
),

wholly_covered as (
    select covered_counts.certificate
    from covered_counts
    inner join name_counts on covered_counts.certificate = name_counts.certificate
    group by covered_counts.certificate, name_counts.name_count
    having count(*) = name_counts.name_count
),

ranked_pairs as (
    select
        certificate,
        successor,
        is_certain,
        row_number() over (
            partition by certificate
            order by
                case when is_certain then 0 else 1 end,
                held_count desc,
                successor_expires_on desc,
                length(successor_serial) desc,
                successor_serial desc,
                successor
        ) as position
    from succeeding_pairs
),

found_successions as (
    select
        certificates.certificate,
        coalesce(certificates.status = 'replaced' or ranked_pairs.is_certain, false) as is_superseded,
        not coalesce(certificates.status = 'replaced' or ranked_pairs.is_certain, false) as is_possibly_superseded,
        case
            when certificates.status = 'replaced' then case when ranked_pairs.is_certain then ranked_pairs.successor end
            else ranked_pairs.successor
        end as superseded_by
    from certificates
    left join ranked_pairs on certificates.certificate = ranked_pairs.certificate and ranked_pairs.position = 1
    left join wholly_covered on certificates.certificate = wholly_covered.certificate
    where certificates.status = 'replaced' or ranked_pairs.is_certain or wholly_covered.certificate is not null
),

confirmations as (
    select certificate, value from records.corrections where kind = 'certificate'
),

-- A successor is named by its key, or as pages show it by its serial number. `possibly_superseded_by` keeps what was found before it was confirmed.
successions as (
    select
        found_successions.certificate,
        found_successions.is_superseded or confirmations.certificate is not null as is_superseded,
        found_successions.is_possibly_superseded and confirmations.certificate is null as is_possibly_superseded,
        case
            when found_successions.is_possibly_superseded and confirmations.value <> successors.serial_number then confirmations.value
            else found_successions.superseded_by
        end as superseded_by,
        case when found_successions.is_possibly_superseded then found_successions.superseded_by end as possibly_superseded_by
    from found_successions
    left join confirmations on found_successions.certificate = confirmations.certificate
    left join certificates as successors on found_successions.superseded_by = successors.certificate
)

select * from successions
