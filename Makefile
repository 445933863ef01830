# What a newcomer types. Everything it makes is in .venv/, generated/ and data/.

PYTHON ?= python3
RUN := .venv/bin/python -m
# Auditor, simulator and failure lab read the saga's table, which is order_service's.
LAB := PYTHONPATH=order_service $(RUN)
STUBS := generated/shop/contracts.binpb
CONTRACTS := $(shell find protos/shop -name '*.proto' -o -type d)
COMPILE := .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header

.PHONY: help setup protos run demo audit race chaos simulate test bench check format lock release-contracts clean-data clean

help: ## List every target
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "  make %-19s%s\n", $$1, $$2 }'

setup: .venv/chassis $(STUBS) ## Install what is pinned, and generate the stubs

protos: $(STUBS) ## Generate the stubs of protos/, if a contract changed

run: setup ## Start the whole shop; Ctrl-C stops it
	@$(RUN) dev.run

demo: setup ## Play one order against the running shop, from the account to the mail
	@$(RUN) dev.demo

audit: setup ## Judge the shop, at work or not, by its databases and providers' ledgers; ARGS=--help lists options
	@$(LAB) dev.audit $(ARGS)

simulate: setup ## Run SCHEDULES=100000 seeded schedules, the first of SEED=1, or tell the one of SEED in words
	@$(LAB) dev.simulator $(if $(SCHEDULES),--schedules $(SCHEDULES)) $(if $(SEED),--seed $(SEED))

test: setup ## Run every test, or with SUITE=order_service those of one suite; ARGS goes to pytest
	@$(RUN) dev.test $(SUITE) $(if $(ARGS),-- $(ARGS))

race: setup ## Sell 100 units to 1,000 buyers at once, in a shop of its own
	@$(LAB) dev.lab.race $(ARGS)

chaos: setup ## Break the shop in every way, by SEED=1; with EXPERIMENTS="kills pauses" in some, ARGS=--quick a little
	@$(LAB) dev.lab $(EXPERIMENTS) --seed $(or $(SEED),1) --orders $(or $(ORDERS),20000) --kills $(or $(KILLS),200) $(ARGS)

bench: setup ## Measure the shop, or with BENCH=validate_user one thing; ROWS=1000000 makes lists long
	@$(RUN) dev.bench $(BENCH)

check: setup ## Check formatting, lint, types, migrations, contracts and their compatibility
	@$(RUN) dev.check

format: setup ## Format the code and mend what the linter can
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .

lock: setup ## Pin the dependencies of pyproject.toml; with ARGS=--upgrade, newer ones
	$(COMPILE) --output-file requirements.txt $(ARGS)
	$(COMPILE) --output-file requirements-dev.txt --extra dev --constraint requirements.txt $(ARGS)

release-contracts: setup ## Make today's contracts those that later ones must stay compatible with
	@$(RUN) dev.protos --release

clean-data: ## Delete all databases, keys and demo data of a stopped shop
	rm -rf data

clean: ## Delete what make installed and generated, but no data
	rm -rf .venv generated shop_chassis.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: each says that what it stands for is as new as what it is made from.

.venv/installed: requirements-dev.txt
	@$(PYTHON) dev/install.py .venv requirements-dev.txt
	@touch $@

$(STUBS): .venv/installed dev/protos.py $(CONTRACTS)
	@$(RUN) dev.protos

.venv/chassis: .venv/installed pyproject.toml | $(STUBS)
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
