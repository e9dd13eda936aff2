# Every target sets up what it needs: Python 3.11 or newer, make and git are all that a machine must have.

PYTHON ?= python3
BIN := .venv/bin
PLATFORMS ?= ../shared/platforms
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check
PROJECT := $(INSTALL) --no-deps --no-build-isolation --editable .

.PHONY: install run test check conformance bench catalogues lock

install: .venv/.run

run: .venv/.run
	@$(BIN)/python -m bot run

test: check
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# The same journeys against the strict doubles that lie beside the checkout.
# Their driver leaves its log open, which Python warns of.
conformance: .venv/.platforms
	$(BIN)/python -m pytest tests/journeys --platforms $(PLATFORMS) \
		-W ignore::ResourceWarning -W ignore::pytest.PytestUnraisableExceptionWarning

.venv/.platforms: $(PLATFORMS)/requirements.txt | .venv/.dev
	$(INSTALL) --requirement $<
	@touch $@

bench: .venv/.dev
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.syncs
	$(BIN)/python -m benchmarks.watching
	$(BIN)/python -m benchmarks.reviewing
	$(BIN)/python -m benchmarks.asking

# After a change of what the bot says: what is new stands there untranslated, and the tests say so.
catalogues: .venv/.dev
	$(BIN)/pybabel --quiet extract --keywords "say say_in:2 say_n:1,1 N_ QuestionError Refused" --no-default-keywords \
		--no-location --project nuoyan --output-file .venv/nuoyan.pot records handlers bot
	$(BIN)/pybabel --quiet update --domain nuoyan --input-file .venv/nuoyan.pot --output-dir handlers/locale \
		--no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date

# After a change of the dependencies in pyproject.toml.
lock: .venv/.dev
	$(BIN)/pip-compile $(LOCK) --extra build --output-file requirements.txt pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra build --extra dev --output-file requirements-dev.txt pyproject.toml

LOCK := --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.venv/.run: requirements.txt pyproject.toml | .venv
	@test -e .venv/.dev || $(INSTALL) --require-hashes --requirement requirements.txt
	@$(PROJECT)
	@touch $@

.venv/.dev: requirements-dev.txt pyproject.toml | .venv
	$(INSTALL) --require-hashes --requirement requirements-dev.txt
	$(PROJECT)
	@touch $@

.venv:
	@$(PYTHON) -m venv .venv
