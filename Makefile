PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo test lint check-golden golden pytest browser bench docs evidence pictures release clean

help:
	@echo "make demo     install, then differentiate samples/lecture_walk.py and show the result"
	@echo "make test     everything that CI checks: lint, types, goldens, tests"
	@echo "make lint     ruff, and mypy in strict mode"
	@echo "make golden   write the generated files in samples/ again"
	@echo "make browser  install Debian's Chromium, for the tests of the report (as root)"
	@echo "make bench    compare with hand-written C (needs a C compiler), with SciPy's inverses, and with JAX"
	@echo "make docs     build the documentation into build/docs"
	@echo "make evidence a million samples of every distribution; TestU01 (Debian's libtestu01-0-dev, in non-free)"
	@echo "make pictures draw the pictures of the documentation again"
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
	$(BIN)/stochtrace check

golden: $(VENV)/.test
	$(BIN)/stochtrace check --fix

# A process per core, a test file at a time: tests of one file share the programs that they transform and compile.
pytest: $(VENV)/.test
	$(BIN)/python -m pytest -n logical --dist loadfile

# Without it, and where it cannot be installed, the tests that need it are skipped, and say so.
browser:
	@test -x /usr/bin/chromium || { test "$$(id -u)" = 0 && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium; } || \
	    echo "there is no /usr/bin/chromium, and it cannot be installed: tests in a browser will be skipped"

# Peers are no part of any other target; without them `python -m benchmarks.peers` says so and goes on.
$(VENV)/.peers: $(VENV)/.demo
	$(PIP) install -c requirements.lock --no-build-isolation -e '.[fast,peers]'
	@touch $@

bench: $(VENV)/.peers
	$(BIN)/python -m benchmarks.limit
	$(BIN)/python -m benchmarks.draws
	$(BIN)/python -m benchmarks.estimating
	$(BIN)/python -m benchmarks.variance
	$(BIN)/python -m benchmarks.gradients
	$(BIN)/python -m benchmarks.peers

docs: $(VENV)/.test
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

evidence: $(VENV)/.test
	STOCHTRACE_FIT_SAMPLES=1000000 $(BIN)/python -m pytest tests/test_goodness_of_fit.py
	PYTHONPATH=tests $(BIN)/python -m evidence.crush

# Drawn by the command that the documentation shows; the same bytes for the same version of Matplotlib.
PLOT := $(BIN)/stochtrace plot
pictures: $(VENV)/.test
	$(PLOT) coupling samples/crazy_d.py:crazy --at p=0.5 --step 0.1 --line 10 -o docs/pictures/coupling.svg
	$(PLOT) coupling samples/bernoulli_d.py:bernoulli --at p=0.5 --step 0.1 -o docs/pictures/coupling_bernoulli.svg
	$(PLOT) coupling samples/exponential_d.py:exponential --at p=2.0 --step 0.4 -o docs/pictures/coupling_exponential.svg
	$(PLOT) sweep samples/lecture_walk_d.py:walk --at p=0.1:0.9:17 --samples 2000 -o docs/pictures/sweep.svg
	$(PLOT) sites samples/crazy_d.py:crazy --at p=0.3 -o docs/pictures/sites.svg
	$(PLOT) trace docs/pictures/trace.csv -o docs/pictures/trace.svg

release: $(VENV)/.test
	$(BIN)/python tools/release.py $(VERSION)

clean:
	rm -rf $(VENV) build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
