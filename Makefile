# Every target sets up what it needs: nothing but Python >= 3.11 must be there (and Go >= 1.26 for
# the real programs of `make test` and `make cluster`).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help run test cluster generate lint bench lock clean
.DEFAULT_GOAL := help

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run ## Reconcile examples/ on an embedded cluster and show it (FILES=…, ARGS="--watch")
	@$(BIN)/orasi run $(or $(FILES),examples) $(ARGS)

# What a part covers says nothing, and would be held against the bound of the whole.
test: $(VENV)/test ## Run every test, those on a real API server included (ARGS="-k …")
	@$(BIN)/python -m pytest --numprocesses=4 \
		$(or $(ARGS),--cov --cov-report=term-missing:skip-covered)

cluster: $(VENV)/test ## Start a real control plane with everything installed; stays until Ctrl-C
	@$(BIN)/python -m tests.cluster $(ARGS)

generate: $(VENV)/run ## Write the manifests and docs/reference from the table of kinds
	@$(BIN)/python -m hooks.manifests

lint: $(VENV)/test ## Check style, types and that generated files are current
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/python -m hooks.manifests --check

bench: $(VENV)/test ## Measure: ratios within one run, since machines differ
	@$(BIN)/python -m tests.bench $(ARGS)

lock: ## Pin requirements/*.in with hashes
	@$(PYTHON) -m venv $(VENV) && $(INSTALL) uv==0.13.9
	@for name in server cli test; do \
		case $$name in server) out=requirements.txt;; *) out=requirements/$$name.txt;; esac; \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-strip-extras --no-emit-index-url --custom-compile-command "make lock" \
			requirements/$$name.in -o $$out || exit 1; done

clean: ## Remove what make has installed here
	rm -rf $(VENV) *.egg-info

# A marker a layer: what is installed is what the files asked for when it was touched.
$(VENV)/run: requirements.txt requirements/cli.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else \
		f"Python 3.11 or newer is needed; {sys.executable} is {v[0]}.{v[1]}. Set PYTHON=…")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (once) …" >&2
	@$(INSTALL) --require-hashes -r requirements.txt -r requirements/cli.txt
	@$(INSTALL) --no-deps --editable .
	@touch $@

$(VENV)/test: $(VENV)/run requirements/test.txt
	@echo "Installing the test tools into $(VENV) (once) …" >&2
	@$(INSTALL) --require-hashes -r requirements/test.txt
	@touch $@
