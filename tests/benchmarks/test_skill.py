"""The forecast beside a general one: submissions of the four weeks after each month's end, by the model and by AutoETS on the weekly series.

Both know what was known at the origin. On the made-up sample; what it says about a service is said by that service's own exports.
"""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from statsforecast.models import AutoETS

from pipelines import snapshots
from tests.benchmarks.processes import CERTBOARD, CHECKOUT, run
from tests.benchmarks.results import Found, record

pytestmark = pytest.mark.bench

WEEK = timedelta(7)


def published(home: Path) -> tuple[list[tuple], dict[date, int], date]:
    """The totals of four weeks (origin, first Monday, expected, came, naive), submissions by day, and the first of these days."""
    with snapshots.open_read_only(snapshots.current(home)) as connection:
        totals = connection.execute(
            "select origin_on, period_start_on, expected_count, actual_count, naive_count from forecast_backtest "
            "where weeks = 4 and service_option = 'all' order by origin_on"
        ).fetchall()
        days = dict(connection.execute("select submitted_on, sum(request_count) from forecast_arrivals where service_option <> 'unclassified' group by 1").fetchall())
    return totals, days, min(days)


def weekly(days: dict[date, int], first: date, end: date) -> np.ndarray:
    """Submissions of the whole weeks from first to the day before `end`."""
    monday = first + timedelta(-first.weekday() % 7)
    return np.array([
        sum(days.get(monday + timedelta(7 * week + day), 0) for day in range(7)) for week in range((end - monday).days // 7)
    ], dtype=float)  # fmt: skip


def test_skill_on_the_sample(tmp_path):
    """Errors as shares of what came."""
    run([*CERTBOARD, "ingest", CHECKOUT / "data" / "sample", "--home", tmp_path])
    run([*CERTBOARD, "backtest", "--home", tmp_path])
    totals, days, first = published(tmp_path)
    errors: dict[str, float] = dict.fromkeys(("certboard", "AutoETS", "certboard where a year before is known", "a year before"), 0.0)
    came = came_with_year = 0
    for origin_on, monday, expected, actual, naive in totals:
        history = weekly(days, first, origin_on + timedelta(1))
        gap = (monday - (origin_on - timedelta(origin_on.weekday()) + (WEEK if origin_on.weekday() == 6 else timedelta(0)))).days // 7
        ahead = AutoETS(season_length=1).forecast(y=history, h=gap + 4)["mean"][gap:]
        errors["certboard"] += abs(expected - actual)
        errors["AutoETS"] += abs(float(ahead.sum()) - actual)
        came += actual
        if naive is not None:
            errors["certboard where a year before is known"] += abs(expected - actual)
            errors["a year before"] += abs(naive - actual)
            came_with_year += actual
    shares = {name: error / (came_with_year if "year" in name else came) for name, error in errors.items()}
    words = f"{shares['certboard']:.1%}, AutoETS {shares['AutoETS']:.1%}"
    record("skill", Found({name: f"{share:.1%}" for name, share in shares.items()}, words, None, len(totals)), rows=1_000_000)
