# Every command of the project; `make help` lists them. Needs Python 3.11+ and make, nothing else.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
STAGE ?= dev
ARGS ?=

export PYTHONPATH := .:layers/core/python
RUN := .venv/bin/python
CODE := app.py functions layers infra tests benchmarks
INSTALLED := .venv/installed

.PHONY: help dev install test unit check format lock engines engines-down openapi package deploy \
	bench e2e e2e-localstack reindex drift replay staff clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

dev: install ## Run the whole platform here, with demo data (ARGS="--reset": start afresh)
	@$(RUN) -m infra.local $(ARGS)

install: $(INSTALLED) ## Install what everything needs into .venv

$(INSTALLED): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "FirstSpawn needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) -V 2>&1)." >&2; \
		echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing into .venv (a minute, once)" >&2
	@test -x $(RUN) || $(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/[^\\]$$/p' $< > .venv/uv.txt
	@$(RUN) -m pip install --disable-pip-version-check -q --require-hashes -r .venv/uv.txt >&2
	@.venv/bin/uv pip sync $$(test -t 2 || echo -q) --python $(RUN) --require-hashes $< >&2
	@touch $@

test: install ## Run every test: unit, functions, contract, end to end
	@$(RUN) -m pytest -n auto --maxprocesses 4 $(ARGS)

unit: install ## Run the unit tests alone
	@$(RUN) -m pytest tests/unit $(ARGS)

check: install ## Lint, check the format and the types
	@.venv/bin/ruff check $(CODE)
	@.venv/bin/ruff format --check $(CODE)
	@.venv/bin/mypy

format: install ## Put the code into its format, mend what lint can mend
	@.venv/bin/ruff check --fix-only -q $(CODE)
	@.venv/bin/ruff format $(CODE)

lock: install ## Pin what requirements*.in name, with hashes
	@for name in requirements requirements-dev requirements-bench; do \
		echo "  $$name.txt"; \
		.venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes -q \
			$$name.in -o $$name.txt || exit 1; \
	done

engines: install ## Fetch and start DynamoDB Local and OpenSearch (needs Java and Maven)
	@$(RUN) -m infra.engines up $(ARGS)

engines-down: install ## Stop them
	@$(RUN) -m infra.engines down

openapi: install ## Print the OpenAPI document (`make -s openapi`: nothing else)
	@$(RUN) -m infra.openapi

package deploy e2e-localstack reindex drift replay staff: export AWS_DEFAULT_REGION ?= us-east-1
package: install ## Build the deployable package (STACK=aws|localstack|embedded)
	@$(RUN) -m infra.deploy package --stack $(or $(STACK),aws) --stage $(STAGE)

deploy: install ## Build, package and deploy: make deploy STACK=aws STAGE=dev
	@test -n "$(STACK)" || { echo "Say where: make deploy STACK=aws STAGE=dev" >&2; exit 1; }
	@$(RUN) -m infra.deploy --stack $(STACK) --stage $(STAGE)

bench: install ## Measure cold starts, requests, pings, an hour of uptime, searches, the front door, playtime
	@.venv/bin/uv pip install -q --python $(RUN) --require-hashes -r requirements-bench.txt
	@for name in cold_start warm_request pings "uptime_day --servers 1000 --hours 1" "search --sizes 10000 --rounds 3" \
		front_door playtime_sync; do \
		echo "== $$name"; $(RUN) -m benchmarks.$$name || exit 1; \
	done

e2e: install ## Run the end-to-end tests alone, on an embedded stack of their own
	@$(RUN) -m pytest tests/e2e $(ARGS)

e2e-localstack: export AWS_ENDPOINT_URL ?= http://127.0.0.1:4566
e2e-localstack: export FIRSTSPAWN_RATE_SCALE ?= 10000
e2e-localstack: install ## Deploy to the LocalStack at AWS_ENDPOINT_URL and run the same tests there
	@$(RUN) -c 'import sys, urllib.request as r; r.urlopen(sys.argv[1] + "/_localstack/health", timeout=5)' \
		$$AWS_ENDPOINT_URL 2>/dev/null || { echo "No LocalStack at $$AWS_ENDPOINT_URL. Start one:" >&2; \
		echo "  docker compose -f localstack-compose.yml up -d --wait" >&2; exit 1; }
	@$(RUN) -m infra.deploy --stack localstack --stage $(STAGE)
	@FIRSTSPAWN_E2E=localstack $(RUN) -m pytest tests/e2e $(ARGS)

reindex: install ## Fill a new search index from the table and swap it in (STACK=aws STAGE=prod)
	@$(RUN) -m infra.reindex --stack $(or $(STACK),embedded) --stage $(STAGE) $(ARGS)

drift: install ## Compare a stack's search index with its table (ARGS=--repair: and mend it)
	@$(RUN) -m infra.reindex --drift --stack $(or $(STACK),embedded) --stage $(STAGE) $(ARGS)

replay: install ## Give a stack's dead letters back to whom they were for (STACK=aws STAGE=prod)
	@$(RUN) -m infra.replay --stack $(or $(STACK),embedded) --stage $(STAGE)

staff: install ## Give an account a role: make staff NAME=alice ROLE=ADMIN STACK=aws STAGE=prod
	@test -n "$(NAME)" || { echo "Say who: make staff NAME=alice ROLE=ADMIN" >&2; exit 1; }
	@$(RUN) -m infra.staff "$(NAME)" --role $(or $(ROLE),ADMIN) \
		--stack $(or $(STACK),embedded) --stage $(STAGE) $(ARGS)

clean: ## Remove what was built and the local stack's state (not .venv, not .engines)
	@rm -rf build .state .mypy_cache .ruff_cache .hypothesis
	@find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +
