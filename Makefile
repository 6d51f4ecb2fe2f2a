# Two commands do everything: `make demo` and `make test`. `make help` lists the rest.
# The first Python that is new enough; `make PYTHON=...` takes another.
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python,$(shell $(name) -c "import sys; sys.version_info >= (3, 11) and print('$(name)')" 2>/dev/null)))
BIN := .venv/bin
# Twice quiet: only errors are said. What is installed is fixed by the locks and their hashes.
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check install
export PYTHONUTF8 = 1
# Where hypothesis generates operations, values and code for the engine.
LONG := tests/engine tests/api/test_executors.py

.PHONY: help demo demo-reset test test-core test-shuffled test-explored engine-long check format rows policy sdl release import-format examples lock clean bench bench-memory bench-imports bench-tables
help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# An environment that was stopped half way, or moved here from elsewhere, is made anew.
.venv/installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Bailiwick needs Python 3.11 or newer: make PYTHON=/path/to/python3"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@echo "Installing the locked dependencies with $$($(BIN)/python --version) (about a minute)..."
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	@echo "Installing the locked test dependencies..."
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

demo: .venv/installed ## run the product on demo data (PORT and DATABASE_URL are honored)
	@$(BIN)/bailiwick demo

demo-reset: .venv/installed ## forget the demo's data and start it over
	@$(BIN)/bailiwick demo --reset

test: check ## all checks, then all tests
	@$(BIN)/pytest -n auto

test-core: .venv/installed-dev ## all tests with graphql-core in the place of our engine: both must answer alike
	@BAILIWICK_ENGINE=core $(BIN)/pytest -n auto

test-shuffled: .venv/installed-dev ## all tests in a random order (SEED=7 repeats one): none may lean on those before it
	@seed=$(or $(SEED),$$$$); echo "SEED=$$seed"; $(BIN)/pytest -n auto --shuffle $$seed

test-explored: .venv/installed-dev ## all tests with other examples than usual wherever hypothesis draws them: what fails becomes a test of its own
	@BAILIWICK_EXPLORED=1 $(BIN)/pytest -n auto

engine-long: .venv/installed-dev ## many times as many generated operations as usual, others each time (EXAMPLES=20000, see docs/engine.md)
	@BAILIWICK_ENGINE_EXAMPLES=$(or $(EXAMPLES),20000) $(BIN)/pytest -n auto $(LONG)

check: .venv/installed-dev ## format, lint, types, imports
	@$(BIN)/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary .
	@$(BIN)/lint-imports --no-logo >var/imports.txt 2>&1 || { cat var/imports.txt; exit 1; }

format: .venv/installed-dev ## write the code as ruff would
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

rows: .venv/installed-dev ## which requirement rows are proven, whole or in part
	@$(BIN)/python -m tests.rows

policy: .venv/installed-dev ## print the policy table to tests/policy.txt, to be read before it is committed
	@$(BIN)/bailiwick policy > tests/policy.txt

bench: .venv/installed-dev ## measure our server beside others, about a quarter of an hour (BENCH="--quick", see docs/performance.md)
	@$(BIN)/python -m bench $(BENCH)

bench-memory: .venv/installed-dev ## what a worker holds after 100,000 requests
	@$(BIN)/python -m bench.memory $(BENCH)

bench-imports: .venv/installed-dev ## import a million installments: rows a second, and the memory it takes
	@$(BIN)/python -m bench.imports $(BENCH)

bench-tables: .venv/installed-dev ## check 10,000 amortization tables, alone and at import: how many in a minute
	@$(BIN)/python -m bench.tables $(BENCH)

sdl: .venv/installed-dev ## export the schema to schema/schema.graphql, and what caches need to schema/possible-types.json
	@$(BIN)/bailiwick schema > schema/schema.graphql
	@$(BIN)/python -m schema.possible_types > schema/possible-types.json

release: .venv/installed-dev ## keep the schema of a release in schema/released.graphql: what later versions may not take back without notice
	@$(BIN)/python -m schema.releases

import-format: .venv/installed-dev ## write the tables of docs/import-format.md from channels/export_format.py
	@$(BIN)/python -m channels.export_manual docs/import-format.md

examples: .venv/installed-dev ## write the demo's answers into README.md and docs/, to be read before they are committed
	@$(BIN)/python -m tests.docs.refresh

lock: ## solve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --group install --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet -o requirements.lock
	uv pip compile pyproject.toml --group install --group dev --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet -o requirements-dev.lock

clean: ## forget the environment and everything under var, the demo's data with it
	find var -mindepth 1 -maxdepth 1 ! -name .gitkeep -exec rm -rf {} +
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
