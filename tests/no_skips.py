"""A pytest plugin (`-p tests.no_skips`) under which a skipped test is a failed one: where everything is there, nothing may be left out."""

import pytest

WORDS = "was skipped, and here every test must run"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Fail skips that happen in a test; an expected failure (xfail) stays what it is."""
    report = (yield).get_result()
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"{item.nodeid} {WORDS}: {_reason(report)}"


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector):
    """Fail skips of a whole module."""
    report = (yield).get_result()
    if report.skipped:
        report.outcome, report.longrepr = "failed", f"{collector.nodeid} {WORDS}: {_reason(report)}"


def _reason(report) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
