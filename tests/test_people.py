"""Programs as people publish them (`tests/people`): value and derivative against exact ones found apart from them.

`WORK` states, for each program, how many samples are taken, and the bias of the derivative that they resolve, as a part
of the larger of |derivative| and |value|; the two means are tested at the false-alarm rate of `statistics_checks`.
"""

from __future__ import annotations

import importlib
import linecache
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stochtrace.transform.pipeline import transform
from tests.people_exact import chains, integrals, sums
from tests.people_exact.numeric import slope
from tests.people_work import WORK
from tests.statistics_checks import Rates

FOLDER = Path(__file__).parent / "people"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))
SEED = 20_261
ROUNDING = 1e-9  # of the exact numbers: for estimates that have no spread
RATES = Rates(2 * len(NAMES))


def expectation(name: str) -> Any:
    """Return the exact expectation of a program as a function of p."""
    return next(getattr(module, name) for module in (chains, integrals, sums) if hasattr(module, name))


def generated(name: str) -> Any:
    """Return the program object of a file, as if its generated module were imported."""
    source = (FOLDER / f"{name}.py").read_bytes()
    code = transform(source, filename=f"{name}.py", output=f"{name}_d.py", functions=("model",), wrt=("p",)).code
    module = ModuleType(f"{name}_d")
    sys.modules[module.__name__] = module
    linecache.cache[module.__name__] = (len(code), None, code.splitlines(keepends=True), module.__name__)
    exec(compile(code, module.__name__, "exec"), module.__dict__)
    return module.__dict__["model"]


def test_there_are_many_programs_and_each_has_its_work() -> None:
    assert len(NAMES) >= 45
    assert sorted(WORK) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_what_a_program_states_is_exact(name: str) -> None:
    program = importlib.import_module(f"tests.people.{name}")
    exact = expectation(name)
    assert pytest.approx(exact(program.P0), rel=1e-9) == program.EXACT
    assert pytest.approx(slope(exact, program.P0), rel=1e-7) == program.EXACT_GRAD


@pytest.mark.parametrize("name", NAMES)
def test_a_program_has_the_exact_value_and_derivative(name: str) -> None:
    program = importlib.import_module(f"tests.people.{name}")
    samples, resolved = WORK[name]
    found = generated(name).estimate(program.P0, samples=samples, seed=SEED, mode="interpreted")
    size = max(abs(program.EXACT), abs(program.EXACT_GRAD))
    value_error, error = (max(e, ROUNDING * size) for e in (found.value_stderr, found.derivative_stderr))
    RATES.check(f"{name}: value", found.value, value_error, program.EXACT, resolved * size)
    RATES.check(f"{name}: derivative", found.derivative, error, program.EXACT_GRAD, resolved * size)
