# Everything here works on a machine with Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ROOMS := authoring bot cli console messaging scheduler store webhooks

.DEFAULT_GOAL := run
.PHONY: run chat test check bench lock clean

run: $(VENV)/.run ## serve on http://127.0.0.1:8080
	@exec $(BIN)/chasqui run

chat: $(VENV)/.run ## a phone in the terminal
	@exec $(BIN)/chasqui chat

test: $(VENV)/.dev ## every test that this machine can run
	@$(BIN)/python -m pytest -n auto

check: $(VENV)/.dev ## lint, types, import contracts, lesson scripts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/chasqui check

bench: $(VENV)/.dev ## floors, peers and ours, in one run
	@$(BIN)/python -m bench

# The editable install is made last, so that a stamp stands only for a whole environment.
$(VENV)/.run: requirements.lock pyproject.toml
	@$(MAKE) -s --no-print-directory $(BIN)/pip
	@echo "Installing what Chasqui needs (once)..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@$(BIN)/python -m compileall -q $(ROOMS)
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	@$(MAKE) -s --no-print-directory $(BIN)/pip
	@echo "Installing what the tests need (once)..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@$(BIN)/python -m compileall -q $(ROOMS)
	@touch $@ $(VENV)/.run

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Chasqui needs Python 3.11 or newer; say which with make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

lock: ## write the hashed locks anew, with the newest versions that pyproject.toml admits
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --upgrade --generate-hashes --universal --python-version 3.11 --no-header \
	    --no-emit-index-url --no-emit-find-links --quiet -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra dev --extra bench --upgrade --generate-hashes --universal \
	    --python-version 3.11 --no-header --no-emit-index-url --no-emit-find-links --quiet -o requirements-dev.lock

clean:
	rm -rf $(VENV) *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
