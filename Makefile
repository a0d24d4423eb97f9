# Two commands matter: `make demo` and `make test`. Both set the environment up when it is not there yet.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test lint types units notebooks-test browser-test lab lock environment picture benchmark clean

demo: $(READY)
	$(BIN)/soc2kit demo --workspace demo

test: lint types units notebooks-test browser-test

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

units: $(READY)
	$(BIN)/pytest

# A second look at the notebooks, cell by cell, on the example's evidence.
notebooks-test: $(READY)
	$(BIN)/python -m tests.nbval_workspace

# The forms in a real JupyterLab. Without a browser it says that it did not run; where CI is set that is an error.
CHROMIUM ?= /usr/bin/chromium
browser-test: $(READY)
	@if test -x $(CHROMIUM); then CHROMIUM=$(CHROMIUM) $(BIN)/pytest -n 0 tests/browser; \
	elif test -n "$$CI"; then echo "the browser test cannot run: there is no $(CHROMIUM)" >&2; exit 1; \
	else echo "NOT RUN: the browser test, because there is no $(CHROMIUM). Install it, or give CHROMIUM=..."; fi

lab: $(READY)
	$(BIN)/soc2kit lab --workspace demo

# Everything pinned with hashes; no address of any index is written.
lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --all-extras \
		--custom-compile-command "make lock" pyproject.toml --output-file requirements.lock

# The readiness matrix shown in the README, from the demo's own report.
picture: $(READY)
	$(BIN)/python -m benchmarks.picture

benchmark: $(READY)
	$(BIN)/python benchmarks/report.py
	$(BIN)/python benchmarks/evidence.py
	$(BIN)/python benchmarks/access.py
	$(BIN)/python benchmarks/aws.py
	$(BIN)/python benchmarks/change.py

# The mark is written last, so an installation that was interrupted starts again.
$(READY): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11) and "soc2kit needs Python 3.11 or newer: make demo PYTHON=python3.12")'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache
