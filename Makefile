# Everything here needs Python 3.11 or newer and make; the rest is installed into .venvs/ when first needed.
#   PYTHON=python3.13 make test      another interpreter; each version has environments of its own
#   ORDERS=1000 make demo            how many orders; IMPORT_FAILURE_MODE=partial lets Starshipit keep the good ones
#   PARAMETERS='Name=value Name="a b;c"' make local    template parameters; see README.md
PYTHON ?= python3
RUN = $(PYTHON) -B local/bootstrap.py

.PHONY: help demo local fetch simulators test test-fast life lint bench bench-order clean requirements

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | expand -t 14

demo: ## the whole flow on this machine, against simulated vendors (ORDERS=200)
	@exec $(RUN) local sam -- -m local.demo

local: ## the stack on this machine, against any vendor endpoints, until Ctrl-C
	@exec $(RUN) local sam -- -m local.local

fetch: ## run fetch_orders of the running `make local` now, print its result
	@exec $(RUN) local -- -m local.fetch

simulators: ## both simulated vendors, until Ctrl-C; prints what to export for `make local`
	@exec $(RUN) local -- -m local.simulators

test: lint ## the whole gate
	@exec $(RUN) dev sam -- -m pytest -n 2 --dist loadgroup

test-fast: ## the inner loop: no emulator
	@$(RUN) dev -- -m ruff check --quiet
	@exec $(RUN) dev -- -m pytest -q -n 2 --ignore tests/e2e -m "not slow"

life: ## the model test at length (RUNS=5000, SEED=1); PLAN='…' plays one life and tells its story
	@exec $(RUN) dev -- $(if $(PLAN),-m tests.life "$(PLAN)",-m pytest -q -n 2 tests/life)

lint: ## ruff, mypy strict, cfn-lint
	@$(RUN) dev -- -m ruff check --quiet
	@$(RUN) dev -- -m mypy
	@$(RUN) dev -- cfn-lint template.yaml

bench: ## import time of each handler with nothing but boto3 and the layers
	@exec $(RUN) dev sam -- -m local.bench

bench-order: ## how long `connector order N` takes on a ledger of 100,000 orders (RUNS=5)
	@exec $(RUN) local sam -- -m local.bench_order

clean: ## remove environments, caches and what the stack left
	rm -rf .venvs .local .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

requirements: ## pin again what the .in files name (needs uv; commit the result)
	@for name in requirements-local requirements-cli layers/dependencies/requirements requirements-dev requirements-sam; do \
		rm -f $$name.txt; \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
			--no-emit-index-url $$name.in --output-file $$name.txt || exit 1; \
	done
