# Two commands on a fresh machine: `make run` and `make test`. Both set up what they need in .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup run test check format bench fuzz audit lock browser clean

help: ## say what each command does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/run.stamp ## make .venv with what the service needs

.venv/run.stamp: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: setup ## start the service: SQLite, web chat, sample district; no account, no token
	$(BIN)/python bot.py run

browser: # Debian's chromium for the page tests; where it cannot be had they skip loudly, and fail in CI
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fonts-noto-color-emoji >/dev/null; } || \
		echo "chromium is not here and could not be installed: the browser tests will say so"

test: .venv/dev.stamp browser ## all checks and tests
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -n 3 -q

check: .venv/dev.stamp ## lint, types, contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev.stamp ## put the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev.stamp ## measure (by hand, never asserted)
	$(BIN)/python -m tests.bench.places
	$(BIN)/python -m tests.bench.reading
	$(BIN)/python -m tests.bench.turns
	$(BIN)/python -m tests.bench.digests 100000

.venv/fuzz.stamp: .venv/dev.stamp requirements-fuzz.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-fuzz.txt
	@touch $@

fuzz: .venv/fuzz.stamp ## feed four readers with bytes for 3 minutes each, guided by what they cover (by hand)
	for target in updates places sheets words; do $(BIN)/python -m tests.fuzz $$target --seconds 180 || exit 1; done

.venv-audit/stamp: requirements-audit.txt
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.txt
	@touch $@

audit: .venv-audit/stamp ## ask the advisory database about every pin (needs the network)
	.venv-audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.txt
	.venv-audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements-dev.txt

lock: ## pin anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements.txt -o requirements-dev.txt
	uv pip compile --group fuzz --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-fuzz.txt
	uv pip compile --group audit --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-audit.txt

clean: ## remove .venv and caches (never the data)
	rm -rf .venv .venv-audit .mypy_cache .ruff_cache .pytest_cache
