"""The boundaries of the statement: intervals, budgets, empty months, and what counts as due. Docstrings quote the rule.

Each department is one case; all requests are new ones with customer install submitted on Monday 2026-06-01, due on the
8th, unless the test says otherwise. It is Wednesday 2026-12-16, 17:00.
"""

import pytest

from tests import builders
from tests.builders import a_request
from tests.reference import attainment

MET, MISSED = {"closed_at": "2026-06-08 10:00:00"}, {"closed_at": "2026-06-09 10:00:00"}
DECEMBER = {"submitted_at": "2026-12-09 10:00:00"}  # due today
CASES = {
    "0 of 5": [(5, MISSED)],
    "5 of 5": [(5, MET)],
    "1 of 1": [(1, MET)],
    "0 of 1": [(1, MISSED)],
    "15 of 15": [(15, MET)],
    "17 of 20": [(17, MET), (3, MISSED)],
    "18 of 19": [(18, MET), (1, MISSED)],
    "19 of 20": [(19, MET), (1, MISSED)],
    "20 of 21": [(20, MET), (1, MISSED)],
    "19 of 19": [(19, MET)],
    "500 of 500": [(500, MET)],
    "0 of 0": [(3, {"state": "cancelled", "closed_at": "2026-06-08 10:00:00"}), (1, {"service_option": "Code signing"})],
    "December": [
        (17, DECEMBER),
        (2, {**DECEMBER, "closed_at": "2026-12-10 10:00:00"}),
        (1, {"submitted_at": "2026-12-08 10:00:00"}),
        (4, {**DECEMBER, "approval": "requested"}),
    ],
    "April and July": [
        (1, {"submitted_at": "2026-04-01 10:00:00", "closed_at": "2026-04-02 10:00:00"}),
        (1, {"submitted_at": "2026-07-01 10:00:00", "closed_at": "2026-07-02 10:00:00"}),
    ],
    "next year": [
        (1, {
            "service_option": "renewal_customer_install", "submitted_at": "2026-12-10 10:00:00",
            "current_expires_on": "2027-02-20", "requested_completion_on": "2027-02-10",
        }),
    ],
    "=SUM(A1)": [(1, MET)],
    "": [(1, MET)],
}  # fmt: skip
JUDGED = ("attainment_ratio", "interval_low_ratio", "interval_high_ratio", "slo_status", "confidence")
BUDGET = ("target_ratio", "allowed_miss_count", "misses_left_count")


def rows() -> list[dict[str, str]]:
    found = [a_request("the newest event", department="April and July", updated_at="2026-12-16 16:30:00")]
    for department, parts in CASES.items():
        for part, (count, fields) in enumerate(parts):
            for number in range(count):
                fields = {"submitted_at": "2026-06-01 10:00:00", **fields}
                found.append(a_request(f"{department}/{part}/{number}", department=department, **fields))
    return found


@pytest.fixture(scope="module")
def statements(tmp_path_factory):
    connection = builders.publish(tmp_path_factory.mktemp("statements"), rows(), as_of="2026-12-16 17:00:00")
    found = builders.statement(connection, "department", "month")
    return {(row["department"], row["month"]): row for row in found}


def of(row: dict, *columns: str) -> tuple:
    return tuple(row[column] for column in columns)


def near(row: dict, column: str, wanted: float) -> bool:
    return row[column] == pytest.approx(wanted, abs=5e-5)


def test_an_interval_is_exact_at_both_ends(statements):
    """"Low exactly 0 at k = 0, high exactly 1 at k = n." """
    none, all_five = statements["0 of 5", "2026-06"], statements["5 of 5", "2026-06"]
    assert of(none, "attainment_ratio", "interval_low_ratio") == (0.0, 0.0) and near(none, "interval_high_ratio", 0.4345)
    assert of(all_five, "attainment_ratio", "interval_high_ratio") == (1.0, 1.0)
    assert near(all_five, "interval_low_ratio", 0.5655)


def test_one_request_says_almost_nothing(statements):
    """Wilson's interval of 1 of 1 is (1 + z²)⁻¹ to 1, of 0 of 1 its mirror image."""
    assert near(statements["1 of 1", "2026-06"], "interval_low_ratio", 0.2065)
    assert near(statements["0 of 1", "2026-06"], "interval_high_ratio", 0.7935)
    assert of(statements["1 of 1", "2026-06"], "slo_status", "confidence") == ("met", "uncertain")
    assert of(statements["0 of 1", "2026-06"], "slo_status", "confidence") == ("missed", "below")


def test_the_status_is_the_fact_and_the_confidence_the_inference(statements):
    """"`slo_status`: `met` (ratio >= target), `missed`"; "`above` (low >= target), `below` (high < target)"."""
    found = {name: of(statements[name, "2026-06"], "slo_status", "confidence") for name in CASES if " of " in name}
    assert found == {
        "0 of 5": ("missed", "below"), "5 of 5": ("met", "uncertain"), "1 of 1": ("met", "uncertain"),
        "0 of 1": ("missed", "below"), "15 of 15": ("met", "uncertain"), "17 of 20": ("missed", "below"),
        "18 of 19": ("missed", "uncertain"), "19 of 20": ("met", "uncertain"), "20 of 21": ("met", "uncertain"),
        "19 of 19": ("met", "uncertain"), "500 of 500": ("met", "above"), "0 of 0": ("no_data", "no_data"),
    }  # fmt: skip


def test_the_budget_affords_the_first_miss_at_twenty(statements):
    """"`allowed_miss_count = floor(n_b x (10000 - objective) / 10000)`, `misses_left_count = allowed - missed`." """
    found = {name: of(statements[name, "2026-06"], *BUDGET[1:]) for name in ("18 of 19", "19 of 20", "20 of 21", "17 of 20")}
    assert found == {"18 of 19": (0, -1), "19 of 20": (1, 0), "20 of 21": (1, 0), "17 of 20": (1, -2)}


def test_nothing_due_is_no_data_and_never_a_percentage(statements):
    """"n = 0: ratio and bounds null, words `no_data`; never 0 % or 100 %." """
    row = statements["0 of 0", "2026-06"]
    assert of(row, *JUDGED) == (None, None, None, "no_data", "no_data")
    assert of(row, "excluded_count", "not_measurable_count") == (3, 1)
    assert of(row, "met_count", "missed_count", "open_count") == (0, 0, 0)


def test_the_budget_covers_all_that_is_known_to_fall_due(statements):
    """"n_b = met + missed + met_not_yet_due + open with a due date": 1 overdue, 2 closed early and 17 open make 20; the
    four that wait for approval have no due date."""
    row = statements["December", "2026-12"]
    counts = ("met_count", "missed_count", "open_overdue_count", "met_not_yet_due_count", "open_count")
    assert of(row, *counts) == (0, 1, 1, 2, 21)
    assert of(row, *BUDGET) == (0.95, 1, 0)
    assert row["is_complete"] is False


def test_a_month_without_requests_is_a_row_of_zeros(statements):
    """"Every period from the first to that of `as_of` for each value present, zeros included"; "`no_data`"."""
    months = [month for department, month in statements if department == "April and July"]
    assert months == [f"2026-{month:02}" for month in range(4, 13)]
    row = statements["April and July", "2026-05"]
    assert {row[column] for column in row if column.endswith("_count") and column not in BUDGET} == {0}
    assert of(row, *JUDGED) == (None, None, None, "no_data", "no_data")
    assert of(row, *BUDGET) == (0.95, 0, 0)
    assert row["is_complete"] is True


def test_a_later_month_is_there_only_where_a_request_is_due(statements):
    """"Later ones only where a request is due": in February, and not in the January between."""
    assert [month for department, month in statements if department == "next year"][-2:] == ["2026-12", "2027-02"]
    assert statements["next year", "2027-02"]["open_count"] == 1
    assert not any(month > "2026-12" for department, month in statements if department != "next year")


def test_hostile_names_are_groups_like_any_other(statements):
    """A department may be called anything, or nothing."""
    assert statements["=SUM(A1)", "2026-06"]["met_count"] == 1
    assert statements[None, "2026-06"]["met_count"] == 1


@pytest.mark.parametrize(
    ("met", "due", "word"),
    [(0, 0, "No data"), (15, 15, "Too few to tell"), (17, 20, "Missed"), (19, 20, "Met"), (0, 5, "Missed")],
)
def test_the_reference_says_the_words_of_the_rules(met, due, word):
    """"15 of 15 is Too few to tell, 17 of 20 Missed, 19 of 20 Met." """
    status = "no_data" if not due else "met" if met * 20 >= due * 19 else "missed"
    low, high = attainment.wilson(met, due) or (0, 1)
    confidence = "above" if low >= 0.95 else "below" if high < 0.95 else "uncertain"
    assert attainment.card_word(status, confidence, due) == word
