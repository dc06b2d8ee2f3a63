# Two commands on a fresh machine: `make demo` and `make test`. Everything is set up in .venv.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test check wheel sweep bench lock picture schemas clean help

help:  ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "posync needs Python 3.11 or newer; set PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)  ## the main job on the embedded sandbox, in under 20 seconds
	@$(BIN)/posync demo

test: check wheel $(READY)  ## everything, from a fresh clone
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not sweep"

check: $(READY)  ## style, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

wheel: $(READY)  ## build the wheel, install it into a clean environment, try it there
	rm -rf dist .tmp/wheel
	$(BIN)/python -m build --wheel --no-isolation --outdir dist . > /dev/null
	$(PYTHON) -m venv .tmp/wheel
	.tmp/wheel/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	.tmp/wheel/bin/python -m pip install --quiet --disable-pip-version-check --no-deps dist/*.whl
	.tmp/wheel/bin/python tests/house/wheel.py

sweep: $(READY)  ## the long sweeps: kill matrices, 10,000-case properties, 100,000 issues
	$(BIN)/python -m pytest -m sweep --timeout 3600

bench: $(READY)  ## the README's figures, measured again; fails where a target is missed
	@missed=0; for each in benchmarks/[a-z]*.py; do echo "== $$each"; $(BIN)/python $$each || missed=1; done; exit $$missed

picture: $(READY)  ## the README's picture of a dry-run
	$(BIN)/python docs/picture.py

schemas: $(READY)  ## the JSON schemas for editors
	for each in workspace pack plan; do $(BIN)/posync rules schema $$each > config/schemas/$$each.json; done

lock:  ## pin every package, with hashes and without addresses
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
	  --all-extras pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
	  --all-extras --group test --group check pyproject.toml -c requirements.lock -o requirements-dev.lock

clean:  ## all that was made here
	rm -rf .venv .tmp dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
