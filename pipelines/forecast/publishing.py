"""Writes the forecast of every scenario, and what it assumes, into the snapshot that is being built."""

from __future__ import annotations

from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.engines.duckdb_engine import identifier, load, run
from pipelines.forecast import assumptions, backtest, model, reading
from pipelines.forecast.attainment_forecast import attainment_ahead
from pipelines.forecast.days import steps
from pipelines.forecast.inputs import Inputs
from pipelines.forecast.lifetime_fit import lifetime_fit

TEXT, DAY, NUMBER, WHOLE, LONG, YES = pa.string(), pa.date32(), pa.float64(), pa.int32(), pa.int64(), pa.bool_()

FORECAST = {
    "period_start_on": DAY, "service_option": TEXT, "kind": TEXT, "expected_count": NUMBER, "low_80_count": NUMBER, "high_80_count": NUMBER,
    "expected_hours": NUMBER, "capacity_hours": NUMBER, "utilisation_ratio": NUMBER, "scenario": TEXT, "low_80_hours": NUMBER, "high_80_hours": NUMBER,
    "open_count": NUMBER, "lapse_count": NUMBER,
}  # fmt: skip
PLANNED_WEEKS = 26
ASSUMPTIONS = {"position": WHOLE, "assumption": TEXT, "value": TEXT, "is_assumed": YES, "source": TEXT}
ATTAINMENT = {
    "month": TEXT, "service_option": TEXT, "request_count": NUMBER, "carried_count": NUMBER, "carried_ratio": NUMBER, "low_80_ratio": NUMBER,
    "high_80_ratio": NUMBER, "past_met_ratio": NUMBER, "expected_met_count": NUMBER, "expected_met_ratio": NUMBER, "is_whole": YES, "scenario": TEXT,
}  # fmt: skip
FIT = {
    "period": TEXT, "name": TEXT, "fits_into": TEXT, "days": WHOLE, "needs_days": WHOLE, "issued_from": DAY, "operational_days": WHOLE,
    "share_of_life_ratio": NUMBER, "fits": YES, "spare_days": WHOLE, "unfit_from": DAY, "meaning": TEXT, "source": TEXT,
}  # fmt: skip
LEVELLING = {
    "certificate": TEXT, "submit_on": DAY, "submit_by_on": DAY, "expires_on": DAY, "validity_days_given_up": NUMBER, "validity_share_ratio": NUMBER,
    "is_proven_optimal": YES,
}  # fmt: skip
BACKTEST = {
    "origin_on": DAY, "weeks": WHOLE, "horizon_weeks": WHOLE, "period_start_on": DAY, "service_option": TEXT, "kind": TEXT, "expected_count": NUMBER,
    "low_80_count": NUMBER, "high_80_count": NUMBER, "actual_count": LONG, "naive_count": LONG, "mean_count": NUMBER,
}  # fmt: skip
RISK_BACKTEST = {
    "origin_on": DAY, "service_option": TEXT, "risk_band": TEXT, "request_count": LONG, "expected_missed_count": NUMBER, "missed_count": LONG,
    "squared_error_sum": NUMBER, "base_squared_error_sum": NUMBER,
}  # fmt: skip


def fetch(connection: duckdb.DuckDBPyConnection, database: str) -> reading.Fetch:
    """Queries against one of the attached files."""

    def ask(query: str) -> dict[str, np.ndarray]:
        home = run(connection, "select current_database()")[0][0]
        run(connection, f"use {database}")
        try:
            return connection.execute(query).fetchnumpy()
        finally:
            run(connection, f"use {identifier(home)}")

    return ask


def publish(connection: duckdb.DuckDBPyConnection, database: str) -> None:
    """Forecast from what the attached `database` holds so far. Raises UserError where the validity table is empty."""
    ask = fetch(connection, database)
    inputs, scenarios = reading.inputs(ask), reading.scenarios(ask)
    found = [model.forecast(inputs, scenario) for scenario in scenarios]
    load(connection, f"{database}.renewal_forecast", FORECAST, [row for each in found for row in each.rows()])
    load(connection, f"{database}.forecast_assumptions", ASSUMPTIONS, assumptions.rows(inputs, scenarios[0], reading.left_out(ask, inputs)))
    load(connection, f"{database}.levelling_plan", LEVELLING, _levelled(ask, inputs, found[0]))
    year = model.forecast(inputs, scenarios[0], model.YEAR_WEEKS)
    ahead = attainment_ahead(inputs, year, reading.past_met_ratios(ask))
    months = [(*row[:3], row.carried_count, *row[4:8], row.expected_met_count, row.expected_met_ratio, row.is_whole, scenarios[0].id) for row in ahead]
    load(connection, f"{database}.attainment_forecast", ATTAINMENT, months)
    table, law = steps(inputs, scenarios[0]), reading.law(ask)
    fits = lifetime_fit(reading.published_periods(ask), table, law, inputs.as_of_on, inputs.business_days, inputs.change_window_days)
    load(connection, f"{database}.lifetime_fit", FIT, fits)


def _levelled(ask: reading.Fetch, inputs: Inputs, base: model.Forecast) -> list[tuple]:
    """Rows of `levelling_plan`: none where no week of the plan is over."""
    if not [week for week in base.weeks_over if week < PLANNED_WEEKS] or not len(inputs.cohorts):
        return []
    # Its solver takes longer to import than a small forecast takes altogether.
    from pipelines.forecast import levelling

    plan = levelling.plan(inputs, base.scenario, PLANNED_WEEKS)
    kinds = {(each.service_option, each.expires_on, each.validity_days) for each in plan.moves}
    return levelling.rows(inputs, plan, reading.certificates(ask, inputs, kinds)) if kinds else []


def create_backtest(connection: duckdb.DuckDBPyConnection, database: str) -> None:
    """The tables of the look back, empty."""
    load(connection, f"{database}.forecast_backtest", BACKTEST, [])
    load(connection, f"{database}.risk_backtest", RISK_BACKTEST, [])


def publish_backtest(connection: duckdb.DuckDBPyConnection, then: str, now: str, origin_on: date) -> None:
    """Compare the forecast and the risks of the attached file `then`, built as of the end of `origin_on`, with what `now` knows; the rows go there."""
    ask_then, ask_now = fetch(connection, then), fetch(connection, now)
    through_on = reading.rows(ask_now, "select counted_through_on from run_params")[0]["counted_through_on"]
    found = backtest.rows(ask_then, reading.scenarios(ask_now)[0], backtest.submitted(ask_now), origin_on, through_on)
    if found:
        load(connection, "found_rows", BACKTEST, found)
        run(connection, f"insert into {now}.forecast_backtest select * from found_rows")
        run(connection, "drop table found_rows")
        run(connection, f"insert into {now}.risk_backtest {backtest.RISKS.format(then=then, now=now)}", [origin_on])
