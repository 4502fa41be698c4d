"""The reconciliation adds up, and coverage says what cannot be measured."""

from dashboard.tallies import Tally

OCTOBER = Tally(met=312, missed=22, open=0, excluded=9, not_measurable=8, overdue=3)


def test_the_reconciliation_adds_up_to_all_requests_of_the_filter():
    """A line that adds up: met + missed + open + excluded + not measurable = all."""
    assert OCTOBER.reconciliation() == "312 met + 22 missed (3 still open) + 0 open + 9 excluded + 8 not measurable = 351"


def test_what_closed_early_has_its_own_place_in_the_reconciliation():
    """Met but not yet due is in no ratio, so it stands apart."""
    early = Tally(met=24, missed=1, met_not_yet_due=4, open=18, open_dated=17)
    assert early.reconciliation() == "24 met + 1 missed (0 still open) + 4 met but not yet due + 18 open + 0 excluded + 0 not measurable = 47"
    assert (early.due, early.total, early.measured, early.measurable_base) == (25, 47, 46, 47)


def test_the_formula_is_written_with_this_filter_s_numbers():
    """Attainment = met / (met + missed), then the numbers in it."""
    words = Tally(met=48, missed=3, excluded=2, not_measurable=1).formula("requests due in the period")
    assert words.replace("\u00a0", " ") == (
        "Attainment = met \u00f7 (met + missed), for requests due in the period. 48 \u00f7 (48 + 3) = 94.1 %. Not in it: 2 excluded, 1 not measurable."
    )


def test_the_formula_divides_nothing_by_nothing():
    """Nothing due: no 0 % and no 100 %."""
    assert "%" not in Tally(excluded=2).formula("requests due in the period")


def test_coverage_leaves_out_the_excluded():
    """Coverage = (met + missed + met not yet due + open with a due date) / (all - excluded)."""
    assert OCTOBER.coverage().replace("\u00a0", " ") == "334 of 342 requests can be measured (97.7 %)."
    assert not OCTOBER.has_low_coverage


def test_low_coverage_begins_under_95_percent():
    """95 of 100 is enough, 94 is not."""
    assert not Tally(met=95, not_measurable=5).has_low_coverage
    assert Tally(met=94, not_measurable=6).has_low_coverage
    assert not Tally(excluded=3).has_low_coverage


def test_low_coverage_says_what_attainment_would_be_at_worst():
    """"58 of 392 requests cannot be measured, most because the state is not mapped. If all were missed, attainment would be 79.6 % (312 of 392)."""
    words = Tally(met=312, missed=22, not_measurable=58).low_coverage("the state is not mapped").replace("\u00a0", " ")
    assert words == "58 of 392 requests cannot be measured, most because the state is not mapped. If all were missed, attainment would be 79.6 % (312 of 392)."
