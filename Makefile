# Two commands do everything: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
export PYTHONUTF8 = 1

.PHONY: help demo demo-reset test check format rows policy sdl lock clean bench bench-memory bench-imports
help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/installed: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Bailiwick needs Python 3.11 or newer: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked dependencies..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	@echo "Installing the locked test dependencies..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: .venv/installed ## run the product on demo data (PORT and DATABASE_URL are honored)
	@$(BIN)/bailiwick demo

demo-reset: .venv/installed ## forget the demo's data and start it over
	@$(BIN)/bailiwick demo --reset

test: check ## all checks, then all tests
	@$(BIN)/pytest -n auto

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

sdl: .venv/installed-dev ## export the schema to schema/schema.graphql
	@$(BIN)/bailiwick schema > schema/schema.graphql

lock: ## solve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --group install --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet -o requirements.lock
	uv pip compile pyproject.toml --group install --group dev --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet -o requirements-dev.lock

clean: ## forget the environment and everything under var
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
