# Both commands set up all they need in .venv, from a bare Python >= 3.11.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: demo demo-wisdm test quick lint format tools clean

demo: $(READY)  ## simulate, train, convert, verify, monitor a night, report: about four minutes
	$(BIN)/edgekit demo synthetic

demo-wisdm: $(READY)  ## the same on the real WISDM files, a held-out subject's file monitored
	$(BIN)/edgekit demo wisdm

test: lint tools  ## everything, under ten minutes
	$(BIN)/pytest

quick: $(READY)  ## the inner loop, under half a minute
	$(BIN)/pytest tests/core tests/train/test_splits.py tests/train/test_metrics.py tests/device

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The report is looked at in a real browser, and the C array is compiled. Only Debian's packages are
# asked, and only as root; elsewhere install both yourself: without them those tests are skipped, in
# CI they fail.
tools: $(READY)
	@command -v chromium >/dev/null && command -v c++ >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	       && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core g++ >/dev/null; } \
	  || echo "chromium or a C++ compiler is missing here: their tests will be skipped"

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "edgekit needs Python 3.11 or newer; name one with: make PYTHON=python3.12")'
	@echo "setting up .venv (4 GB with torch and tensorflow; some minutes)"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[all]'
	@touch $(READY)

clean:
	rm -rf .venv build dist *.egg-info src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
