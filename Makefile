# make run    opens the drawing window
# make page   writes the web page, inkling.html
# make test   runs all the tests; DIGITS_DATA=folder adds those on real data
# make lint   checks style and formatting
# make assets draws the icon, the screenshots and the animation anew; needs Chromium

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run page test lint assets

run: $(VENV)/run.installed
	$(BIN)/python display.py

page: $(VENV)/run.installed
	$(BIN)/python export.py --html inkling.html

test: $(VENV)/test.installed
	$(BIN)/python -m pytest

lint: $(VENV)/test.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

assets: $(VENV)/run.installed
	$(BIN)/python -m app.demo.showcase
	$(BIN)/python benchmarks/page.py --picture assets/page.png

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Inkling needs Python 3.11 or newer; name one: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/run.installed: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	touch $@

$(VENV)/test.installed: requirements.txt requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	touch $@
