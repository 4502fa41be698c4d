"""What the tests of the specification share."""

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("tests.agreement", "tests.builders", "tests.worlds", "tests.phase_agreement", "tests.transition_worlds")

# The same examples on every machine and every run: a failure is found again by the same command.
settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")


@pytest.fixture
def seen(request, tmp_path_factory):
    """The verdicts on the requests that the test declares with `@requests`."""
    from tests import worlds  # after the rewriting of asserts is registered

    return worlds.lookup(request.function, tmp_path_factory.mktemp("world"))


@pytest.fixture(params=["reference", "product"])
def told(request, tmp_path_factory):
    """What each side says of the requests that the test declares with `@histories`."""
    from tests import transition_worlds  # after the rewriting of asserts is registered

    return transition_worlds.lookup(request.function, request.param, tmp_path_factory.mktemp("world"))
