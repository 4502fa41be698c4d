# make demo    install, build the sample and serve it (PORT=8501)
# make test    install with the test tools, then run every test
# make bench   the benchmarks and the mutations
# make lock    write both lock files again from pyproject.toml (UPGRADE=--upgrade for newer versions)
# make sample  write data/sample again from its seeded generator
# make clean   remove what these targets made, never what was landed in data/warehouse

SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
PORT ?= 8501
UPGRADE ?=
# Two processes: the tests wait for servers and browsers more than they compute.
PYTEST_ARGS ?= -n 2 --dist loadfile
export PYTHON

.PHONY: demo test bench lock sample clean

demo:
	@.ci/install requirements.txt
	@.venv/bin/certboard demo --port $(PORT)

test:
	@# In a network namespace of its own even the loopback is down; elsewhere this changes nothing.
	@ip link set lo up 2>/dev/null || true
	@browser=$$(.ci/browser) && export CERTBOARD_CHROMIUM="$$browser" && \
		.ci/install requirements-test.txt && \
		.venv/bin/python -m pytest $(PYTEST_ARGS)

bench:
	@browser=$$(.ci/browser) && export CERTBOARD_CHROMIUM="$$browser" && \
		.ci/install requirements-test.txt && \
		.venv/bin/python -m pytest -m bench -s

lock:
	@.ci/lock $(UPGRADE)

sample:
	@.ci/install requirements-test.txt
	@.venv/bin/python -m tests.sample_exports

clean:
	rm -rf .venv build dist certboard.egg-info .pytest_cache .hypothesis .benchmarks test-results data/warehouse/demo
	find dashboard pipelines tests -name __pycache__ -type d -prune -exec rm -rf {} +
