# Everything is set up by the first target that needs it; nothing else has to be typed.
PYTHON ?= python3
VENV   ?= .venv
DB     ?= archive.db
PORT   ?= 8001
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo crawl serve test lint docs bench clean

help:  ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/' | expand -t 16

setup: $(READY)  ## create .venv and install everything, pinned by hash

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install -qq --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY)  ## crawl the replica sites on loopback into archive.db (DB=) and serve it on port 8001 (PORT=)
	@$(BIN)/python -m demo --db "$(DB)" --port "$(PORT)"

crawl: $(READY)  ## crawl all sites that are due into archive.db (DB=)
	$(BIN)/zhenggai crawl --all --db "$(DB)"

serve: $(READY)  ## serve archive.db (DB=) on port 8001 (PORT=)
	$(BIN)/zhenggai serve --db "$(DB)" --port "$(PORT)"

test: $(READY)  ## run the tests
	$(BIN)/pytest

lint: $(READY)  ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(READY)  ## write docs/site-software.md from the spiders
	$(BIN)/python -m crawler.catalogue

bench: $(READY)  ## measure, as ratios against a baseline in the same run
	$(BIN)/python -m bench

clean:  ## remove .venv and caches; the archive and its captures stay
	rm -rf $(VENV) build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
