PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCES := $(filter-out %_d.py,$(wildcard samples/*.py))

.PHONY: help demo test lint check-golden golden pytest bench docs evidence release clean

help:
	@echo "make demo     install, then differentiate samples/lecture_walk.py and show the result"
	@echo "make test     everything that CI checks: lint, types, goldens, tests"
	@echo "make lint     ruff, and mypy in strict mode"
	@echo "make golden   write the generated files in samples/ again"
	@echo "make bench    compare with hand-written C (needs a C compiler), and draws with SciPy's inverses"
	@echo "make docs     build the documentation into build/docs"
	@echo "make evidence a million samples of every distribution; TestU01 (Debian's libtestu01-0-dev, in non-free)"
	@echo "make release  VERSION=0.2.0: check, date the changelog, commit, tag, build into dist/ and try the wheel"
	@echo "make clean    remove what make made"

# One environment in two steps, so that the demo does not wait for the tools of the tests. The stamps make a second
# run start at once; a change of the requirements installs again.
$(VENV)/.demo: pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -c requirements.lock setuptools
	$(PIP) install -c requirements.lock --no-build-isolation -e '.[fast]'
	@touch $@

$(VENV)/.test: $(VENV)/.demo
	$(PIP) install -c requirements.lock --no-build-isolation -e '.[docs,fast,test]'
	@touch $@

demo: $(VENV)/.demo
	@mkdir -p build
	$(BIN)/stochtrace transform samples/lecture_walk.py -o build/lecture_walk_d.py
	PYTHONPATH=build $(BIN)/python -c 'from lecture_walk_d import walk; print(walk.triple(0.5, seed=1))'
	$(BIN)/stochtrace estimate build/lecture_walk_d.py:walk --at p=0.5 --samples 100000 --seed 1
	@echo
	@cat build/lecture_walk_d.py

test: lint check-golden pytest

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff check --isolated --target-version py311 --select E4,E7,E9,F samples/*_d.py
	$(BIN)/mypy

check-golden: $(VENV)/.test
	@status=0; for source in $(SOURCES); do $(BIN)/stochtrace transform "$$source" --check || status=1; done; exit $$status

golden: $(VENV)/.test
	@for source in $(SOURCES); do $(BIN)/stochtrace transform "$$source" || exit; done

# A process per core, a test file at a time: tests of one file share the programs that they transform and compile.
pytest: $(VENV)/.test
	$(BIN)/python -m pytest -n logical --dist loadfile

bench: $(VENV)/.demo
	$(BIN)/python -m benchmarks.limit
	$(BIN)/python -m benchmarks.draws

docs: $(VENV)/.test
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

evidence: $(VENV)/.test
	STOCHTRACE_FIT_SAMPLES=1000000 $(BIN)/python -m pytest tests/test_goodness_of_fit.py
	PYTHONPATH=tests $(BIN)/python -m evidence.crush

release: $(VENV)/.test
	$(BIN)/python tools/release.py $(VERSION)

clean:
	rm -rf $(VENV) build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
