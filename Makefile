# Both commands set up all they need in .venv, from a bare Python >= 3.11.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

# edgekit_spec.h is laid out by the program that makes it.
C_FILES = $(shell find firmware benchmarks -name '*.[ch]' ! -name edgekit_spec.h)
FUZZ_S ?= 120
GRAPHS ?= 2000
MODELS ?= 20000

.PHONY: demo demo-wisdm test quick lint format fuzz hour fuzz-models graphs budget bench docs package wheel tools clean

demo: $(READY)  ## simulate, train, convert, verify, monitor a night, report: about four minutes
	$(BIN)/edgekit demo synthetic

demo-wisdm: $(READY)  ## the same on the real WISDM files, a held-out subject's file monitored
	$(BIN)/edgekit demo wisdm

samples: $(READY)  ## train, convert and simulate what the wheel ships: a bundle and ten minutes
	$(BIN)/python -m edgekit.samples

# Two processes, each with whole files, so that what a file builds is built once.
test: tools lint  ## everything, under ten minutes
	$(BIN)/pytest --numprocesses 2 --dist loadfile --ignore tests/firmware/test_c_quality.py \
	  --ignore tests/end_to_end/test_device_install.py

quick: $(READY)  ## the inner loop, under half a minute: without what waits on a serial line
	$(BIN)/pytest tests/core tests/train/test_splits.py tests/device \
	  --ignore-glob '*_line.py' --ignore tests/device/sources/wearable/test_greeting.py

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest tests/firmware/test_c_quality.py

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/clang-format -i $(C_FILES)

fuzz: $(READY)  ## each fuzzer of the firmware for FUZZ_S seconds
	EDGEKIT_FUZZ_S=$(FUZZ_S) $(BIN)/pytest tests/firmware -k fuzz

fuzz-models: $(READY)  ## MODELS damaged models: each is refused in a line, or becomes C
	EDGEKIT_FUZZ_MODELS=$(MODELS) $(BIN)/pytest tests/convert/codegen/test_refusals.py -k no_damage

graphs: $(READY)  ## GRAPHS random graphs of SEED on every core, equal to tflite-micro: some minutes for 2,000
	$(BIN)/python -m tests.helpers.fresh_graphs --graphs $(GRAPHS) $(if $(SEED),--seed $(SEED)) $(FILES)
hour: $(READY)  ## the default net on an emulated Pico for an hour of its time: no sample lost; some minutes
	EDGEKIT_PICO_S=3600 $(BIN)/pytest -s tests/firmware/emulate/test_pico_hour.py

budget: $(READY)  ## instructions, RAM and code of each net on each core, ours and others': none over its budget
	$(BIN)/python -m edgekit.benchmarks.firmware --check
	$(BIN)/python -m edgekit.benchmarks.compiled --check

bench: $(READY)  ## the newest demo's bundle beside its peers, and held to its budget: about two minutes
	$(BIN)/edgekit bench --quick --check $$(ls -td demo-synthetic*/bundle-synthetic 2>/dev/null | head -1)

docs: $(READY)  ## the documentation as a site, in build/site: open build/site/index.html
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

wheel:  ## dist/edgekit_wearable-VERSION-py3-none-any.whl, to install anywhere: seconds, and pip alone
	$(PYTHON) -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

package: $(READY)  ## the device side installed as on a Pi: its size, and its decisions by each runtime
	$(BIN)/pytest tests/end_to_end/test_device_install.py

# The report is looked at in a real browser; the C is compiled, checked and run; the device side
# runs on aarch64 in emulation; systemd reads the service's unit. Only Debian's packages are asked,
# and only as root; elsewhere install them yourself: without them those tests are skipped, in CI
# they fail.
tools: $(READY)
	@missing=; for tool in chromium c++ gcc arm-none-eabi-gcc qemu-system-arm qemu-aarch64 cppcheck systemd-analyze; do \
	  command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	[ -z "$$missing" ] \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	       && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core g++ gcc \
	            gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm qemu-user cppcheck systemd >/dev/null; } \
	  || echo "missing here:$$missing; their tests will be skipped"
	@{ command -v apt-get dpkg-deb >/dev/null && .ci/aarch64-root cache/aarch64; } \
	  || echo "no aarch64 Python here; its test will be skipped"

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "edgekit needs Python 3.11 or newer; name one with: make PYTHON=python3.12")'
	@echo "setting up .venv (4 GB with torch and tensorflow; some minutes)"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[all]'
	@touch $(READY)

clean:
	rm -rf .venv build dist *.egg-info src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
