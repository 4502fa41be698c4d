"""Made-up request exports of any size, in the shape that `servicenow_requests.yaml` reads: 27 columns, every cell quoted.

Every cell follows from the row's number alone, so a file is the same on every machine and in every thread. A quarter of the rows
has line ends and quotes inside a cell. Files are kept in a folder for the next run, named after what they hold.
"""

import hashlib
import os
import tempfile
from pathlib import Path

import duckdb

FIRST_ON, LAST_ON = "2022-07-01", "2025-06-30"
"""Three fiscal years of requests; long past, because an event later than its own arrival is rejected."""
MONTHS = 36
DAYS = 1096
COLUMNS = 27
DAILY_ROWS = 1000
DAILY_UPDATES = 900
"""Of the rows of a daily export: newer versions of requests seen before; the others are new."""

DEPARTMENTS = (
    "Motor Vehicles", "Health Care Services", "Transportation", "Social Services", "Corrections", "Employment Development", "Public Health",
    "Justice", "Highway Patrol", "Tax and Fee Administration", "Water Resources", "Consumer Affairs", "Industrial Relations", "Parks and Recreation",
    "Fish and Wildlife", "Forestry and Fire Protection", "Food and Agriculture", "General Services", "Human Resources", "Insurance", "Education",
    "State Hospitals", "Developmental Services", "Toxic Substances Control", "Rehabilitation", "Veterans Affairs", "Child Support Services",
    "Real Estate", "Housing and Community Development", "Aging",
)  # fmt: skip
"""From the one with the most requests to the one with the fewest."""


def folder() -> Path:
    """Where the files are kept: `$CERTBOARD_BENCH_DATA`, else a folder beside other temporary files."""
    path = Path(os.environ.get("CERTBOARD_BENCH_DATA") or Path(tempfile.gettempdir()) / "certboard-benchmarks")
    path.mkdir(parents=True, exist_ok=True)
    return path


def requests(rows: int) -> Path:
    """A CSV of so many requests; 1,000,000 are about 490 MB."""
    return _kept(f"requests-{rows}", _rows(0, rows, rows, days_later=0))


def daily(rows: int, day: int) -> Path:
    """The export that follows `requests(rows)` after so many days: 1,000 rows, most of them newer versions of the last requests."""
    first = max(rows - DAILY_UPDATES, 0)
    return _kept(f"daily-{rows}-{day}", _rows(first, first + DAILY_ROWS, rows, days_later=day))


def transitions(rows: int) -> Path:
    """A metric_instance export of six values of the stage and state of each of so many requests: the review, the issue, a wait for the customer."""
    return _kept(f"transitions-{rows}", _transitions(_rows(0, rows, rows, days_later=0)))


def _transitions(requests_sql: str) -> str:
    return f"""
with requests as ({requests_sql}),

spans as (
    select number, cast(opened_at as timestamp) as opened_at, hash(number) as seed,
        greatest(coalesce(try_cast(nullif(closed_at, '') as timestamp), timestamp '{LAST_ON} 17:30:00'), cast(opened_at as timestamp) + interval 1 hour) as ended_at
    from requests
),

cuts as (
    select number, seed, opened_at, ended_at, cast((epoch(ended_at) - epoch(opened_at)) / 5 as bigint) as step from spans
),

pieces as (
    select number, seed, ended_at, opened_at + to_seconds(step * place) as started_at,
        case when place = 4 then ended_at else opened_at + to_seconds(step * (place + 1)) end as until_at, place
    from cuts cross join range(6) as places(place)
)

select number as id,
    case when place = 2 and seed % 5 = 0 then 'state' else 'stage' end as field,
    case place when 0 then 'Waiting for Approval' when 1 then 'Review' when 2 then case when seed % 5 = 0 then 'Pending' else 'Review' end
        when 3 then 'Fulfillment' when 4 then case when seed % 2 = 0 then 'Installation' else 'Fulfillment' end else 'Completed' end as value,
    strftime(started_at, '%Y-%m-%d %H:%M:%S') as start,
    case when place = 5 then '' else strftime(until_at, '%Y-%m-%d %H:%M:%S') end as "end",
    case when place = 5 then 'false' else 'true' end as calculation_complete
from pieces
"""


def _kept(stem: str, sql: str) -> Path:
    path = folder() / f"{stem}-{hashlib.sha256(sql.encode()).hexdigest()[:10]}.csv"
    if not path.exists():
        beside = path.with_suffix(".part")
        with duckdb.connect() as connection:
            connection.execute("set enable_progress_bar = false").fetchall()
            connection.execute(f"copy ({sql}) to '{beside}' (format csv, header, force_quote *)").fetchall()
        beside.replace(path)
    return path


def _rows(first: int, end: int, in_all: int, *, days_later: int) -> str:
    """SQL of the requests `first` to `end` of `in_all` that are spread over the years, as known some days after them."""
    departments = ", ".join(f"'Department of {name}'" for name in DEPARTMENTS)
    chances = ", ".join(f"hash(i, {salt}) % 1000003 / 1000003.0 as r{salt}" for salt in range(1, 9))
    return f"""
with drawn as (
    select i, {chances} from range({first}, {end}) as numbers(i)
),

submitted as (
    select
        *,
        date '{FIRST_ON}' + cast(least(i * {DAYS}.0 / {in_all}, {DAYS - 1} + {days_later}) as integer) as drawn_on,
        list_value({departments})[1 + cast(floor({len(DEPARTMENTS)} * r1 * r1 * r1) as integer)] as department,
        case when r2 < 0.3 then 'New' when r2 < 0.85 then 'Renewal' else 'Question or inquiry' end as kind,
        case when r3 < 0.6 then 'Customer' else 'CDT' end as install,
        timestamp '{LAST_ON} 17:30:00' + interval {days_later} day as known_at
    from drawn
),

opened as (
    -- At the weekend half as many: the others come on the Friday or the Monday.
    select *, drawn_on + case when r4 < 0.5 then 0 when isodow(drawn_on) = 6 then -1 when isodow(drawn_on) = 7 then 1 else 0 end
        + to_seconds(cast(28800 + 32400 * r5 as integer)) as opened_at
    from submitted
),

approved as (
    select *, case when r6 < 0.75 then opened_at + to_seconds(cast(60 + 14000 * r7 as integer))
        else cast(opened_at as date) + cast(1 + floor(4 * r7) as integer) + to_seconds(cast(30000 + 25000 * r8 as integer)) end as approved_at
    from opened
),

ended as (
    -- A few in a hundred are late, more of them in small departments; one in three hundred is forgotten.
    select *, case when r8 < 0.003 then null else greatest(
        approved_at + interval 1 hour,
        cast(approved_at as date) + to_seconds(cast(30000 + 28000 * r4 as integer)) + to_days(cast(floor(
            case when install = 'CDT' or kind = 'Question or inquiry' then 2 else 1 end * case when r7 < 0.03 + 0.03 * r1 then 8 + 9 * r5 else 0.4 + 5.6 * r8 end
        ) as integer))
        ) end as ended_at
    from approved
),

known as (
    select
        *,
        case when approved_at <= known_at then approved_at end as approval_at,
        case when ended_at <= known_at then ended_at end as stop_at,
        case when r6 < 0.015 then 'Closed Cancelled' when r6 < 0.02 then 'Closed Rejected' when r6 < 0.022 then 'Closed Incomplete' else 'Closed Complete' end
            as ending
    from ended
)

select
    'RITM' || lpad(cast(i as varchar), 8, '0') as number,
    'REQ' || lpad(cast(i // 2 as varchar), 8, '0') as request,
    'Security Certificates' as cat_item,
    case when i % 4 = 0 then 'Certificate for the portal' || chr(10) || 'Please use the "wildcard" form'
        else 'Certificate for portal ' || i || ' of the department' end as short_description,
    case when stop_at is not null then ending when approval_at is null then 'Open' else 'Work in Progress' end as state,
    case when stop_at is null then 'Fulfillment' else 'Completed' end as stage,
    case when approval_at is null then 'Requested' else 'Approved' end as approval,
    coalesce(strftime(approval_at, '%Y-%m-%d %H:%M:%S'), '') as approval_set,
    strftime(opened_at, '%Y-%m-%d %H:%M:%S') as opened_at,
    coalesce(strftime(stop_at, '%Y-%m-%d %H:%M:%S'), '') as closed_at,
    strftime(opened_at + interval 7 day, '%Y-%m-%d %H:%M:%S') as due_date,
    'Certificate Services' as assignment_group,
    'Agent ' || (i % 7) as assigned_to,
    department as company,
    'User ' || (i % 5000) as requested_for,
    strftime(opened_at, '%Y-%m-%d %H:%M:%S') as sys_created_on,
    strftime({"known_at" if days_later else "coalesce(stop_at, approval_at, opened_at)"}, '%Y-%m-%d %H:%M:%S') as sys_updated_on,
    cast(i % 9 + {days_later} as varchar) as sys_mod_count,
    '0' as reopen_count,
    cast(cast(600 + 6000 * r3 as integer) as varchar) as time_worked,
    kind as "variables.request_type",
    install as "variables.installation",
    case when kind = 'Question or inquiry' then list_value('Password Reset', 'Delegated Admin', 'New Domain Name Enrollment', 'Other')[1 + i % 4]
        else '' end as "variables.inquiry_type",
    'host' || i || '.agency.example' as "variables.common_name",
    'www.host' || i || '.agency.example; api.host' || i || '.agency.example' as "variables.subject_alternative_names",
    case when kind = 'Renewal' then strftime(opened_at + to_days(cast(10 + 25 * r3 as integer)), '%Y-%m-%d') else '' end as "variables.current_expiration_date",
    case when kind = 'Renewal' and r5 < 0.5 then strftime(opened_at + to_days(cast(5 + 15 * r7 as integer)), '%Y-%m-%d') else '' end
        as "variables.requested_completion_date"
from known
order by i"""
