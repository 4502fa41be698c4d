"""A made-up inventory of any size, in the contract's own columns: chains of certificates over the same names, and renewals about some of them.

Every cell follows from the row's number alone. A fifth of the names is current; each was held by five certificates one after another.
"""

from pathlib import Path

import duckdb

from tests.benchmarks import data

GENERATIONS = 5
AS_OF = "2026-06-30"
DEPARTMENTS = 40
RENEWALS_EVERY = 50
"""One of so many certificates that are current has an open renewal."""


def certificates(folder: Path, count: int) -> Path:
    """A CSV of so many certificates of 199 days, renewed a week before they expire; three names each, every eleventh of one more department."""
    path = folder / f"certificates-{count}.csv"
    chains = count // GENERATIONS
    sql = f"""
        select 'S' || id as certificate_id, 'console' as holding, cast(700000 + id as varchar) as order_number, format('{{:x}}', 1099511627776 + id * 7919) as serial_number,
            'CN=Sample Issuing CA ' || chain % 3 as issuer, 'host' || chain || '.dept' || chain % {DEPARTMENTS} || '.ca.gov' as common_name,
            'www.host' || chain || '.dept' || chain % {DEPARTMENTS} || '.ca.gov, host' || chain || '.dept' || chain % {DEPARTMENTS} || '.california.gov' as subject_alternative_names,
            'Department ' || chain % {DEPARTMENTS} as organisation, '' as department, 'issued' as status, '' as requested_at,
            strftime(issued_on, '%Y-%m-%d') || 'T10:00:00-07:00' as issued_at, '' as not_before_at, '' as not_after_at,
            strftime(issued_on + 198, '%Y-%m-%d') as expires_on, '' as revoked_at, '' as replaced_at, '' as updated_at, 'OV single' as profile, 'OV' as policy,
            'RSA' as key_algorithm, '2048' as key_size, '' as key_curve, 'sha256WithRSAEncryption' as signature_algorithm,
            case when chain % 11 = 0 then 'delegated' else 'form' end as requested_via, '' as requester, 'team' || chain % 70 || '@dept.ca.gov' as contacts,
            '' as sha256, '' as findings, '' as record_kind
        from (
            select id, id % {chains} as chain,
                date '{AS_OF}' - cast(192 * ({GENERATIONS} - 1 - id // {chains}) as integer) - cast((id % {chains}) * 7 % 190 as integer) as issued_on
            from range({count}) as rows(id)
        ) order by id"""
    with duckdb.connect() as connection:
        connection.execute(f"copy ({sql}) to '{path}' (format csv, header)").fetchall()
    return path


def requests(folder: Path, count: int) -> Path:
    """A CSV of renewals: one open for every fiftieth name, and one request that says when the data ends."""
    path = folder / f"renewals-{count}.csv"
    chains = count // GENERATIONS
    sql = f"""
        select 'RITM' || chain as number, 'renewal_customer_install' as service_option, 'Department ' || chain % {DEPARTMENTS} as department,
            '2026-06-2' || chain % 9 || ' 09:00:00' as submitted_at, 'open' as state, 'host' || chain || '.dept' || chain % {DEPARTMENTS} || '.ca.gov' as common_name,
            'www.host' || chain || '.dept' || chain % {DEPARTMENTS} || '.ca.gov, host' || chain || '.dept' || chain % {DEPARTMENTS} || '.california.gov' as subject_alternative_names,
            '2026-06-30 16:00:00' as updated_at
        from range(0, {chains}, {RENEWALS_EVERY}) as rows(chain)"""
    with duckdb.connect() as connection:
        connection.execute(f"copy ({sql}) to '{path}' (format csv, header)").fetchall()
    return path


def folder(count: int) -> Path:
    """A folder with both files, made once."""
    place = data.folder() / f"holdings-{count}"
    if not (place / f"renewals-{count}.csv").exists():
        place.mkdir(exist_ok=True)
        certificates(place, count)
        requests(place, count)
    return place
