# What a person types. The work is done in .house/.
PYTHON ?= python3

.PHONY: start test test-real site check bench lock installed

start: ## install what is missing, build the site, serve site, JupyterLab and capstone
	@$(PYTHON) .house/bootstrap.py start

test: installed ## the fast suite
	@.venv/bin/python -m pytest -n 2

test-real: installed ## the tests against real parts: servers, browser, receivers
	@.venv/bin/python -m pytest tests/real

check: installed ## lint, types, import contracts
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/lint-imports

site: installed ## the static site, into site/
	@.venv/bin/python .house/website.py build

bench: installed ## the table of speed ratios
	@.venv/bin/python -m tests.bench

lock: installed ## write requirements.lock anew from pyproject.toml (needs uv)
	@.venv/bin/python .house/lock.py

installed:
	@$(PYTHON) .house/bootstrap.py
