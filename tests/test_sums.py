"""Sums and means of arrays in compiled code: the digits of NumPy's, by which values of a lattice meet a threshold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harness import filed
from test_compiled_records import same_samples

numba = pytest.importorskip("numba", reason="compares compiled code with NumPy")
LENGTHS = [1, 2, 7, 8, 9, 15, 16, 17, 100, 127, 128, 129, 136, 200, 255, 256, 257, 1000, 4097, 70_001]
FUNCTIONS = {
    "np.sum": lambda x: np.sum(x),
    "sum": lambda x: x.sum(),
    "np.mean": lambda x: np.mean(x),
    "mean": lambda x: x.mean(),
    "np.var": lambda x: np.var(x),
    "var": lambda x: x.var(),
    "np.std": lambda x: np.std(x),
    "std": lambda x: x.std(),
    "np.average": lambda x: np.average(x),
    "np.floor_divide": lambda x: np.floor_divide(x, 0.1).max(),
}
# Of tenths, whose sums and means lie on a threshold, or not, by the last digit alone.
PROGRAM = """
    import numpy as np
    def f(p, rng):
        x = rng.binomial(10, p, size=(9, 12)) / 10
        rows, columns, late = x.sum(axis=1), x.mean(axis=0), x[:, ::2].std(axis=1, ddof=1)
        grid = np.arange(0.1, 1.0, 0.1)
        found = np.searchsorted(grid, x[0]).sum() + (x.mean() >= 0.8) + (np.sum(x) > 86.4) + np.sum(x[:, 0] >= grid)
        found += sum(rows >= 9.6) + sum(columns >= 0.8) + np.floor_divide(x, 0.1)[0, 0]
        return found + late[0] + np.var(x[1], ddof=1)
"""


def lattices(length: int, rng: Any) -> list[Any]:
    """Tenths in a row, at every other place of one, and in matrices by rows and by columns."""
    made = [rng.integers(-5, 6, size=shape) * 0.1 for shape in (length, 2 * length, (length, 3), (4, length))]
    return [made[0], made[1][::2], made[2], made[3].T]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_numbers_are_those_of_numpy(name: str) -> None:
    from stochtrace.runtime.numba_meaning import Compiler

    rng = np.random.default_rng(8)
    compiled = numba.njit(pipeline_class=Compiler)(FUNCTIONS[name])
    for length in LENGTHS:
        for x in lattices(length, rng):
            assert compiled(x) == FUNCTIONS[name](x), (length, x.shape)


def test_steps_are_those_of_numpy() -> None:
    from stochtrace.runtime.numba_meaning import Compiler

    rng = np.random.default_rng(9)
    compiled = numba.njit(pipeline_class=Compiler)(lambda a, b, step: np.arange(a, b, step))
    for _ in range(2000):
        start, step = rng.integers(-5, 6) * rng.choice([0.1, 1 / 3]), rng.choice([0.1, 0.05, 1 / 3, -0.1])
        stop = start + rng.integers(-3, 30) * 0.1
        assert compiled(start, stop, step).tolist() == np.arange(start, stop, step).tolist()


@pytest.mark.parametrize("name", ["sum", "mean", "var", "std"])
def test_lanes_of_matrices_are_those_of_numpy(name: str) -> None:
    from numba.extending import register_jitable

    from stochtrace.runtime.numba_sums import along_axis

    of_row, of_matrix = map(register_jitable, along_axis(name))
    row = numba.njit(lambda x, ddof: of_row(x, 0, ddof))
    matrix = numba.njit(lambda x, axis, ddof: of_matrix(x, axis, ddof))
    rng = np.random.default_rng(10)
    for shape in ((1, 30), (30, 1), (12, 40), (40, 12), (9, 300)):
        x = rng.integers(-5, 6, size=shape) * 0.1
        for turned in (x, x.T, x[:, ::2], np.asfortranarray(x)):
            for axis in (0, 1, -1):
                ddof = int(turned.shape[axis] > 1) if name in ("var", "std") else 0
                more = {"ddof": ddof} if ddof else {}
                known = getattr(np, name)(turned, axis=axis, **more)
                assert matrix(turned, axis, ddof).tolist() == known.tolist(), (shape, axis)
        assert row(x, 0) == getattr(np, name)(x)


def test_a_program_with_values_on_thresholds(tmp_path: Path) -> None:
    same_samples(filed(PROGRAM, tmp_path), rtol=1e-12)
