# `make demo` and `make test` need Python 3.11 or later with its venv module, pip and make.
# All of it goes into .venv; the first call installs (a few minutes), later ones start at once.

PYTHON ?= python3
PHOTOS ?=
OUTPUT ?= out/demo

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
EXTRAS := nudity,hashes,review,openvino,similar,siglip,heads,ray,notebooks,dev

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types clean

help: ## Show these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1|/' | \
		while IFS='|' read -r name text; do printf '%-14s %s\n' "$$name" "$$text"; done

setup: $(INSTALLED) ## Install everything into .venv

demo: $(INSTALLED) ## Run the main job on sample photos, or on your own: make demo PHOTOS=folder
	@$(BIN)/python -m vision.report.demo $(if $(PHOTOS),--photos '$(PHOTOS)') --output '$(OUTPUT)'

test: $(INSTALLED) ## Run the tests
	$(BIN)/python -m pytest

lint: $(INSTALLED) ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED) ## Check types, strictly
	$(BIN)/mypy

clean: ## Remove .venv and everything that was made
	rm -rf $(VENV) build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis

# nudenet brings opencv-python-headless beside our opencv-python: the same version, and the last one
# installed is the one that runs. Headless is put last, since it needs no libGL on a bare server.
$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or \
		sys.exit(f"Vitrine needs Python 3.11 or later; $(PYTHON) is {v[0]}.{v[1]}. Try: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[$(EXTRAS)]'
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --force-reinstall --no-deps \
		-c constraints.txt opencv-python-headless
	@touch $@
