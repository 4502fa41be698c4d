"""The look back: forecasts from past months' ends with what was known then, beside what came. A leak from later would show."""

import csv
from datetime import date, datetime, timedelta

import pytest

from pipelines import build, dimensions, landing, snapshots
from pipelines import policy as policies
from pipelines.forecast import backtest
from tests import builders, certificate_builders
from tests.command_line import certboard, failure

ORIGIN = date(2026, 3, 31)
LAST = date(2026, 6, 30)
FIELDS = "expected_count low_80_count high_80_count naive_count mean_count"


def stamp(day: date, hour: int = 10) -> str:
    return f"{day} {hour:02d}:00:00"


def history(through: date, *, later: bool = True) -> tuple[list[dict], list[dict]]:
    """Requests and certificates from January 2025 on: a renewal every third day that closes after four, an inquiry every fifth; a certificate each."""
    requests, certificates = [], []
    first = date(2025, 1, 1)
    for offset in range((through - first).days + 1):
        day = first + timedelta(offset)
        closed = day + timedelta(4)
        closing = {"closed_at": stamp(closed)} if closed <= through else {}
        name = f"host{offset}.sample.ca.gov"
        if offset % 3 == 0:
            fields = {"service_option": "renewal_customer_install", "common_name": name, "current_expires_on": str(day + timedelta(15 + offset % 12))}
            requests.append(builders.a_request(f"R{offset}", stamp(day), **fields, **closing, updated_at=stamp(closed if closing else day)))
            issued = day - timedelta(170)
            certificates.append(
                certificate_builders.a_certificate(
                    f"{offset:x}f", common_name=name, issued_at=stamp(issued), expires_on=str(day + timedelta(15 + offset % 12)), updated_at=stamp(issued)
                )
            )
        if offset % 5 == 0:
            requests.append(builders.a_request(f"Q{offset}", stamp(day, 11), service_option="inquiry", **closing, updated_at=stamp(closed if closing else day)))
    return requests, certificates


def looked_back(tmp_path, requests, certificates) -> list[dict]:
    """The published comparison, of these exports as of the end of June 2026."""
    rules = policies.load(policies.DEFAULT_FOLDER)
    paths = [
        certificate_builders.write(tmp_path / "in", "requests.csv", requests, builders.CONTRACT),
        certificate_builders.write(tmp_path / "in", "certificates.csv", certificates, certificate_builders.CERTIFICATE),
    ]
    landing.ingest(tmp_path / "home", paths, rules, received_at=builders.RECEIVED_AT)
    published = build.build(tmp_path / "home", rules, as_of=builders.local(f"{LAST} 23:00:00"), with_backtest=True)
    with snapshots.open_read_only(published.path) as connection:
        return builders.table(connection, "select * from forecast_backtest order by all")


def said_then(rows: list[dict]) -> list[tuple]:
    """What was forecast from the origin, without what came."""
    return [tuple(row[name] for name in ("weeks", "horizon_weeks", "service_option", *FIELDS.split())) for row in rows if row["origin_on"] == ORIGIN]


def later_events(requests: list[dict], certificates: list[dict]) -> tuple[list[dict], list[dict]]:
    """The same past with another future: other submissions, closings, certificates and revocations after the origin."""
    after = stamp(ORIGIN + timedelta(1), 0)
    kept = [row for row in requests if row["submitted_at"] < after]
    changed = [
        row | {"closed_at": stamp(date(2026, 5, 5)), "updated_at": stamp(date(2026, 5, 5))} if row["closed_at"] >= after else row for row in kept
    ]
    last = builders.a_request("LAST", stamp(LAST), service_option="inquiry", updated_at=stamp(LAST))
    flood = [builders.a_request(f"F{n}", stamp(date(2026, 4, 2) + timedelta(n % 80)), service_option="inquiry", updated_at=stamp(LAST)) for n in range(300)]
    more = [
        certificate_builders.a_certificate(f"{n:x}e", common_name=f"late{n}.sample.ca.gov", issued_at=stamp(date(2026, 4, 20)), expires_on="2026-05-20")
        for n in range(50)
    ]
    revoked = [row | {"status": "revoked", "revoked_at": stamp(date(2026, 4, 9))} if row["expires_on"] > "2026-04-20" else row for row in certificates]
    return [*changed, *flood, last], [row for row in revoked if row["issued_at"] < after] + more


@pytest.fixture
def from_march(monkeypatch):
    """Look back from one origin only."""
    monkeypatch.setattr(backtest, "origins", lambda fetch: [ORIGIN])


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> list[dict]:
    """The comparison from every origin."""
    return looked_back(tmp_path_factory.mktemp("whole"), *history(LAST))


@pytest.mark.usefixtures("from_march")
def test_what_was_forecast_uses_nothing_from_later(tmp_path):
    """Rules, 1: events later than as_of have not happened. Another future changes what came, and nothing that was said then."""
    requests, certificates = history(LAST)
    one = looked_back(tmp_path / "one", requests, certificates)
    other = looked_back(tmp_path / "other", *later_events(requests, certificates))
    assert said_then(one) and said_then(one) == said_then(other)
    assert [row["actual_count"] for row in one if row["origin_on"] == ORIGIN] != [row["actual_count"] for row in other if row["origin_on"] == ORIGIN]


@pytest.mark.usefixtures("from_march")
def test_a_planted_leak_is_seen(tmp_path, monkeypatch):
    """The comparison above can fail: an origin that looks eight weeks ahead says something else."""
    requests, certificates = history(LAST)
    honest = dimensions.set_as_of

    def leaking(connection, exports, rules, as_of: datetime) -> None:
        honest(connection, exports, rules, as_of + timedelta(weeks=8))
        connection.execute("update run.params set as_of_on = as_of_on - 56, counted_through_on = counted_through_on - 56").fetchall()

    monkeypatch.setattr(dimensions, "set_as_of", leaking)
    one = looked_back(tmp_path / "one", requests, certificates)
    other = looked_back(tmp_path / "other", *later_events(requests, certificates))
    assert said_then(one) != said_then(other)


def test_origins_horizons_and_what_came(whole):
    """Origins are the ends of the last twelve complete months; a horizon counts only when it has ended; what came is counted by hand."""
    rows = whole
    assert sorted({row["origin_on"] for row in rows}) == [date(2025, 6, 30), date(2025, 7, 31), date(2025, 8, 31), date(2025, 9, 30), date(2025, 10, 31), date(2025, 11, 30)] + [
        date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31),
    ]  # fmt: skip
    april = [row for row in rows if row["origin_on"] == date(2026, 4, 30) and row["service_option"] == "inquiry"]
    assert [(row["weeks"], row["horizon_weeks"], row["period_start_on"]) for row in april] == [
        *((1, week, date(2026, 4, 27) + timedelta(7 * week)) for week in range(1, 9)), (4, 1, date(2026, 5, 4)),
    ]  # fmt: skip
    first = date(2025, 1, 1)

    def inquiries(monday: date, weeks: int) -> int:
        return sum((monday + timedelta(day) - first).days % 5 == 0 for day in range(7 * weeks))

    assert [row["actual_count"] for row in april] == [inquiries(row["period_start_on"], row["weeks"]) for row in april]
    assert [row["naive_count"] for row in april] == [inquiries(row["period_start_on"] - timedelta(364), row["weeks"]) for row in april]
    early = [row for row in rows if row["origin_on"] == date(2025, 6, 30)]
    assert {row["naive_count"] for row in early} == {None}


def test_the_mean_is_of_the_complete_months_before_the_origin(whole):
    """An inquiry every fifth day: so many a business day as the months before had, times the business days of the week."""
    row = next(each for each in whole if each["origin_on"] == ORIGIN and each["service_option"] == "inquiry" and each["weeks"] == 4)
    days = [date(2025, 4, 1) + timedelta(n) for n in range((ORIGIN - date(2025, 4, 1)).days + 1)]
    came = sum((day - date(2025, 1, 1)).days % 5 == 0 for day in days)
    closed = {each.closed_on for each in policies.load(policies.DEFAULT_FOLDER).closures}
    business = sum(day.weekday() < 5 and day not in closed for day in days)
    assert row["period_start_on"] == date(2026, 4, 6)
    assert row["mean_count"] == pytest.approx(20 * came / business)


def test_the_command_publishes_the_comparison_and_says_how_good_it_was(tmp_path):
    """`certboard backtest`: words on stderr, the comparison on stdout, and in the table of that name."""
    requests, certificates = history(LAST)
    certificate_builders.write(tmp_path / "in", "requests.csv", requests, builders.CONTRACT)
    certificate_builders.write(tmp_path / "in", "certificates.csv", certificates, certificate_builders.CERTIFICATE)
    assert certboard("ingest", "in", "--home", "home", "--as-of", "2026-06-30", folder=tmp_path).returncode == 0
    before = certboard("export", "forecast_backtest", "--home", "home", folder=tmp_path)
    assert len(before.stdout.splitlines()) == 1
    run = certboard("backtest", "--home", "home", folder=tmp_path)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("The four weeks after a month's end: ")
    assert "inside the 80 % range; error " in run.stdout
    rows = list(csv.DictReader(certboard("export", "forecast_backtest", "--home", "home", folder=tmp_path).stdout.splitlines()))
    assert {row["origin_on"] for row in rows} >= {"2026-03-31", "2026-05-31"}
    assert "as_of" not in rows[0] and "2026-06-30" in certboard("status", "--home", "home", folder=tmp_path).stdout


def test_a_home_without_data_is_one_line(tmp_path):
    run = certboard("backtest", "--home", "home", folder=tmp_path)
    assert run.returncode == 2
    assert "there is no data yet" in failure(run.stderr)


def test_a_short_history_has_nothing_to_compare(tmp_path):
    """Without a complete month there is no back-test, and the command says so."""
    certificate_builders.write(tmp_path / "in", "requests.csv", history(date(2025, 1, 20))[0], builders.CONTRACT)
    assert certboard("ingest", "in", "--home", "home", folder=tmp_path).returncode == 0
    run = certboard("backtest", "--home", "home", folder=tmp_path)
    assert (run.returncode, run.stdout) == (0, "No complete month has four whole weeks after it: there is nothing to compare with.\n")


def test_the_summary_weighs_errors_by_what_came():
    """Error: sum of |forecast - came| as a share of what came; the naive error only where a year before is known."""
    day = date(2026, 1, 31)
    rows = [
        (day, 4, 1, day, "all", "all", 90.0, 80.0, 95.0, 100, 120, 100.0),
        (day, 4, 1, day, "all", "all", 210.0, 190.0, 230.0, 200, None, 180.0),
        (day, 1, 1, day, "all", "all", 1.0, 0.0, 2.0, 50, 50, 50.0),
    ]
    assert backtest.summary(rows) == {
        "count": 2, "inside": 1, "error": 20 / 300, "mean_error": 20 / 300, "naive_count": 1, "naive_error": 20 / 100, "error_beside_naive": 10 / 100,
        "bias": 0.0,
    }  # fmt: skip
    assert backtest.summary([]) is None
    assert backtest.lines(rows)[:2] == [
        "The four weeks after a month's end: 1 of 2 inside the 80 % range; error 6.7%, bias +0.0%; the mean of the months before 6.7% (skill +0.00: the "
        "forecast is no better)",
        "  Where a year before is known (1): error 10.0%, the same weeks a year before 20.0% (skill +0.50: the forecast is better)",
    ]
