"""Bad input of scipy.stats, over the table of spellings: a draw raises where SciPy raises.

SciPy takes a `loc` of NaN of a continuous distribution and returns NaN; so do we.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from harness import program_of
from scipy import stats
from test_bad_input import HOSTILE, raised
from test_stats_draws import ROWS, SHAPES

from stochtrace.estimation.program import Program
from stochtrace.runtime.checks import DomainError
from stochtrace.spellings import Spelling

WHOLE = {"binom": {0}, "hypergeom": {0, 1, 2}, "betabinom": {0}, "randint": {0, 1}, "boltzmann": {1}}
HOSTILE_WHOLE, HOSTILE_SHIFTS = [-1, 0, 1, 5, 10**9 + 1], [-1, 0, 3, 10**9 + 1]
LARGE = 1e300
# row, number of the parameter: values that SciPy takes and we do not, for the limits that `test_bad_input` names
STRICTER = {
    ("beta", 0): {LARGE}, ("beta", 1): {LARGE, math.inf}, ("f", 0): {LARGE}, ("f", 1): {LARGE},
    ("vonmises", 0): {LARGE, math.inf}, ("vonmises", 1): {10**9 + 1},
    ("invgauss", 0): {LARGE}, ("skewnorm", 0): {LARGE},
    ("ncx2", 0): {LARGE}, ("ncx2", 1): {LARGE}, ("ncf", 0): {LARGE}, ("ncf", 1): {LARGE}, ("ncf", 2): {LARGE},
    ("betabinom", 0): {10**9 + 1}, ("betabinom", 1): {LARGE}, ("betabinom", 2): {LARGE, math.inf},
    ("zipf", 0): {1 + 1e-9}, ("boltzmann", 0): {math.inf}, ("planck", 0): {math.inf}, ("dlaplace", 0): {math.inf},
}  # fmt: skip
# a point mass, which NumPy's twin of the row draws and SciPy refuses
LOOSER = {("gamma", 0, 0.0), ("lognorm", 0, 0.0), ("logser", 0, 0.0)}
BY_CHANCE = {("lognorm", 0, math.inf), ("lognorm", 0, LARGE)}  # 0 or infinity, by the draw


def places(row: Spelling) -> list[Any]:
    """The parameters of a row at which it draws, `loc` and `scale` last."""
    shapes = eval(f"({SHAPES[row.method]},)", {"p": 0.6}) if SHAPES[row.method] else ()
    return [*shapes, *((0.0, 1.0) if continuous(row) else (0,))]


def continuous(row: Spelling) -> bool:
    """Whether a row has a scale; an angle is moved alone, as counts are."""
    return "scale" in row.call


def calling(row: Spelling, count: int) -> Program:
    """A program that makes this draw, with all parameters as its own."""
    whole = WHOLE.get(row.method, set()) | (set() if continuous(row) else {count - 1})
    names = [f"v{i}" for i in range(count)]
    framed = ["loc", "scale"] if continuous(row) else ["loc"]
    shapes, frame = names[: -len(framed)], zip(framed, names[-len(framed) :], strict=True)
    given = ", ".join([*shapes, *(f"{key}={name}" for key, name in frame)])
    kinds = ", ".join(f"{name}: int" if i in whole else name for i, name in enumerate(names))
    head = "import numpy as np\nfrom scipy import stats\n\n"
    call = f"stats.{row.method}.rvs({given}, random_state=rng)"
    return program_of(f"{head}def f({kinds}, z, rng: np.random.Generator):\n    return z + {call}\n", wrt=("z",))


def hostile(row: Spelling, i: int, count: int) -> list[Any]:
    """Values to try as the i-th of `count` parameters."""
    if i in WHOLE.get(row.method, ()):
        return HOSTILE_WHOLE
    return HOSTILE_SHIFTS if not continuous(row) and i == count - 1 else HOSTILE


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.method)
def test_a_draw_raises_where_scipy_does(row: Spelling) -> None:
    usual = places(row)
    program = calling(row, len(usual))
    for i in range(len(usual)):
        for value in hostile(row, i, len(usual)):
            at = [value if j == i else other for j, other in enumerate(usual)]
            named = {f"v{j}": other for j, other in enumerate(at)}
            ours = raised(lambda named=named: program.sample(**named, z=0.0, seed=1), ValueError, ArithmeticError)
            if isinstance(ours, DomainError):
                assert str(ours).startswith("model.py:5: rvs: ") and "is outside" in str(ours), str(ours)
            if (row.method, i, value) in BY_CHANCE:
                continue
            theirs = raised(
                lambda at=at: getattr(stats, row.method).rvs(*at, random_state=np.random.default_rng(1)), Exception
            )
            stricter = value in STRICTER.get((row.method, i), ())
            looser = (row.method, i, value) in LOOSER
            assert (ours is None) == (theirs is None) or (stricter and ours) or (looser and theirs), (at, ours, theirs)
