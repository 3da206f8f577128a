# Everything works from a fresh checkout: the environment is made on first use.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: help demo test lint docs gpu-test bench bench-diagnosis clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-15s %s\n", $$1, $$2}' Makefile

$(STAMP): pyproject.toml constraints.txt
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
	  uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[dev]'; \
	else \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'; \
	fi
	@touch $@

demo: $(STAMP) ## grade samples of all three labs on practice data and say where the reports are
	@$(BIN)/grader demo

lint: $(STAMP) ## ruff, mypy and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: lint ## everything that needs no root, sandbox, GPU, browser or real data; FLAGS go to pytest
	@$(BIN)/pytest -n 2 --dist worksteal $(FLAGS)

docs: $(STAMP) ## build this documentation's site, build/docs/index.html
	@$(BIN)/python -m sphinx -c docs -b html -W --keep-going -q . -d build/doctrees build/docs
	@$(BIN)/python tests/docs/built_links.py build/docs
	@echo build/docs/index.html

gpu-test: $(STAMP) ## the tests that need a CUDA device
	@$(BIN)/pytest -m gpu

bench: $(STAMP) ## what grading costs beside the bare run; minutes, on an otherwise idle machine
	@for lab in lab1 lab2 lab3; do $(BIN)/python -m benchmarks.overhead $$lab; done

bench-diagnosis: $(STAMP) ## plant each mistake, run it and score what is told of it; hours, goes on where it stopped
	@$(BIN)/python -m benchmarks.diagnosis --table
	@$(BIN)/python -m benchmarks.diagnosis --right 300

clean: ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
