"""Arrays of two and more dimensions in compiled carried code: each sample is that of interpreted code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harness import filed, program_of
from test_compiled_records import SAMPLES, same_samples

pytest.importorskip("numba", reason="these functions are compiled only")
from stochtrace.estimation.compiled_carried import compile_carried

DECIMALS = 1e-6  # a replay stands beside a kink, by a few ulps
PROGRAMS = {
    "a matrix that is filled, its rows and columns": """
        import numpy as np
        def f(p, rng):
            grid = np.zeros((3, 2))
            for i in range(3):
                for j in range(2):
                    grid[i, j] = rng.normal(p, 1)
            grid[1][0] += p
            row = grid[2]
            row[1] = row[1] * 2.0
            grid[:, 0] = grid[:, 1] * p
            late = 0
            for line in grid:
                late += line[1] > 0.5
            return late + grid.sum() + (grid[2, 1] > 1.0) * p + np.mean(grid)
        """,
    "draws of matrices, with parameters that broadcast": """
        import numpy as np
        def f(p, rng):
            a = rng.normal(p, 1, size=(2, 3))
            b = rng.exponential(np.array([[1.0], [2.0]]) * np.ones((1, 3)) * p)
            c = rng.normal(np.array([0.5, 1.0]) * p, 1.0, size=(2, 2))
            hits = a > b
            return hits.sum() + (a[0, 1] > 0.3) * p + c[1, 0] * (c[0, 1] > c[1, 1])
        """,
    "sums along an axis": """
        import numpy as np
        def f(p, rng):
            a = rng.normal(p, 1, size=(3, 2))
            s, t = a.sum(axis=0), np.sum(a, axis=1)
            m = a.mean(axis=-1) + np.mean(a, axis=1)
            late = (s > 1.5).sum() + (t[0] > t[1]) + (m > 0.2).sum()
            return late + np.prod(a, axis=0)[1] + a.cumsum(axis=1)[2, 1] + np.cumsum(a, axis=0)[2, 0]
        """,
    "extremes along an axis, in the order of the memory": """
        import numpy as np
        def f(p, rng):
            a = rng.normal(p, 1, size=(3, 2))
            best = a.max(axis=0) + a.T.max(axis=1)
            least = np.min(a, axis=1)
            where = np.argmax(a, axis=1) + a.argmin(axis=1)
            whole = a.argmax() * p + np.max(a) + a.T.min() + np.argmin(a)
            return best[0] + (least > 0.1).sum() + where[1] + a.max(axis=1)[2] + whole
        """,
    "variances, of columns and with degrees of freedom": """
        import numpy as np
        def f(p, rng):
            x = p * rng.standard_normal(4)
            a = rng.normal(p, 1, size=(2, 3))
            wide = (np.std(a, axis=0, ddof=1) > 0.5).sum()
            return (x.std(ddof=1) > 1.0) + np.var(x, ddof=1) + a.var(axis=1)[0] + wide
        """,
    "products of matrices, transposed ones": """
        import numpy as np
        M = np.array([[1.0, 0.5], [0.2, 1.0]])
        def f(p, rng):
            a = p * np.eye(2) + rng.normal(size=(2, 2))
            b = a @ a.T + M @ a
            c = a @ np.array([1.0, p]) + np.array([0.3, 0.2]) @ a + np.dot(a, b)[0]
            turned = a.T[0, 1] + (a.T > 0.3).sum() + (a.T + a > 0.1).sum()
            return (b > 1.0).sum() + np.trace(b) + c[1] * (c[0] > 0.2) + np.diag(b)[0] + turned
        """,
    "arrays of lists and of rows": """
        import numpy as np
        def f(p, rng):
            x, y = rng.normal(p, 1), rng.normal(0, 1)
            a = np.array([[x, y], [y, x * p]])
            rows = [rng.normal(p, 1, 2) for _ in range(2)]
            b = np.array(rows)
            c = a + b
            b[0, 0] = 0.0
            d = np.array([[1.0, 0.0], [x, p]])
            return (c > 0.5).sum() + rows[0][0] + b.sum() + (a[:, 1:] - a[:, :-1])[1, 0] + d[1, 0] * (d[1, 1] > y)
        """,
    "arrays joined of others, running extremes, differences": """
        import numpy as np
        def f(p, rng):
            steps = rng.normal(p, 1, 4)
            path = np.concatenate([[0.0], np.cumsum(steps)])
            top = np.maximum.accumulate(path)
            falls = top - path
            other = np.append(path, p)
            m = np.vstack([steps, path[1:]])
            w = np.column_stack([steps, path[1:]])
            jumps = np.diff(path)
            rest = jumps[1] + np.diff(m)[0, 1] + np.hstack((steps, [1.0, p]))[5]
            return falls.max() + (falls > 1.0).sum() + other[-1] * (other[3] > 0.2) + m[1, 2] + (w > 0.3).sum() + rest
        """,
    "operations in place on matrices, rows and columns, which have two names": """
        import numpy as np
        def f(p, rng):
            a = np.zeros([2, 3])
            a += rng.normal(p, 1, size=(2, 3))
            b = a
            a[0] += a[1]
            a[:, 1] *= 2.0
            a /= 1.5
            a -= np.array([0.1, 0.2, 0.3])
            c = a.copy()
            c[0, 0] = 5.0
            return (b > 0.5).sum() + b[0, 0] + c[1, 1]
        """,
    "choices, orders of rows and columns": """
        import numpy as np
        def f(p, rng):
            a = rng.normal(p, 1, size=(2, 3))
            b = np.where(a > 0.0, a * p, -a)
            c = np.where(a > 0.5, 1.0, 0.0)
            orders = np.sort(a, axis=1)[0, 2] + np.argsort(a, axis=0)[1, 0]
            return b.sum() + (b[0] > 0.4).sum() + c.sum() * p + np.clip(a, 0.0, 1.0).sum() + orders
        """,
    "counts along an axis, which are indices": """
        import numpy as np
        def f(p, rng):
            a = rng.normal(p, 1, size=(2, 4))
            x = a[0]
            order = x.argsort()
            y = x[order]
            counts = (a > 0.2).sum(axis=1)
            return y[0] + counts[0] * p + x[counts[1] % 4] + (y[1:] - y[:-1] > 0.3).sum()
        """,
    "views, which share their elements, and copies": """
        import numpy as np
        def f(p, rng):
            a = rng.normal(p, 1, size=(2, 3))
            b, c, d, e = a.reshape(-1), a.ravel(), a.flatten(), a.T
            b[0] = 2.0 * rng.normal(p, 1)
            c[1] = 3.0
            d[2] = 4.0
            s = a[1].copy()
            a[1] = a[0] * 2.0
            e[1, 0] = a[0, 2] * 0.5
            return (a > 0.5).sum() + a[0, 0] + a[0, 1] + a[1, 0] + d[0] + s[1]
        """,
    "the largest truth values of columns, which are a mask": """
        import numpy as np
        def f(p, rng):
            g = rng.normal(p, 1, size=(2, 3)) > 0.5
            values = np.array([1.0, 2.0, 4.0])
            first = values[g.max(axis=0)].sum() + values[np.min(g, axis=0)].sum()
            return first + (~np.sort(g, axis=1)).sum() * p
        """,
    "three dimensions": """
        import numpy as np
        def f(p, rng):
            a = rng.normal(p, 1, size=(2, 2, 2))
            b = a + a[0]
            pairs = a.reshape(4, 2) @ np.ones(2)
            return (b > 0.5).sum() + b.sum() + a.max() + (a[:, :, 0] > 0.3).sum() + (pairs > 0.2).sum()
        """,
    "linear algebra, with rows that are exchanged": """
        import numpy as np
        def f(p, rng):
            a = p * np.eye(2) + rng.normal(size=(2, 2))
            x, c = np.linalg.solve(a, np.array([1.0, p])), a @ a.T + np.eye(2)
            size = np.linalg.norm(a) + np.linalg.cholesky(c)[1, 1] + np.linalg.det(a)
            return (a[0, 0] > 0.5) + np.tanh(x[0]) + np.tanh(np.trace(np.linalg.inv(a))) + size
        """,
}
MATRIX = """
    import numpy as np
    def f(p, rng):
        y = p @ rng.normal(0, 1, 2)
        return (y > 0.3).sum() + (p * p)[0, 1] * y[0]
    """
# `np.array(x)` was `x` itself in compiled code: what is stored in the copy was in the array too
COPIED = """
    import numpy as np
    def f(p, rng):
        x = np.zeros(3)
        for i in range(3):
            x[i] = rng.normal(p, 1)
        y = np.array(x)
        y[0] = 2.0 * p
        return x[0] + (x[1] > 0.5) + y.sum()
    """
# NumPy makes of a sum over an array of the module, of which it is a subclass, an array without dimensions
SHARED = """
    import numpy as np
    MIXED = np.array([[1.0, 0.5], [0.2, 1.0]])
    def f(p, rng):
        a = MIXED @ rng.normal(p, 1, size=(2, 2))
        return (a > 1.0).sum()
    """
# an array that was made for carried values was a copy, and its other name kept the values of before
UNDER_TWO_NAMES = {
    "in a list": """
        import numpy as np
        def f(p, rng):
            a = np.zeros(3)
            rows = [a, np.ones(3)]
            rows[0][1] = rng.normal(p, 1)
            return (rows[1][0] > a[1]) + a[1]
        """,
    "by asarray": """
        import numpy as np
        def f(p, rng):
            a = np.zeros(3)
            b = np.asarray(a)
            b[1] = rng.normal(p, 1)
            return (b[1] > 0.5) + a[1]
        """,
}


@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=DECIMALS)


@pytest.mark.parametrize("source", [COPIED, SHARED], ids=["a copy of an array", "a sum over an array of the module"])
def test_what_was_wrong_or_an_error(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=DECIMALS)


@pytest.mark.parametrize("source", UNDER_TWO_NAMES.values(), ids=UNDER_TWO_NAMES)
def test_an_array_has_what_is_stored_under_its_other_name(source: str, tmp_path: Path) -> None:
    program = filed(source, tmp_path)
    found = program.estimate(0.8, samples=20, seed=1)
    assert found.value == program.estimate(0.8, samples=20, seed=1, mode="interpreted").value


def test_a_parameter_that_is_a_matrix(tmp_path: Path) -> None:
    program, at = filed(MATRIX, tmp_path), np.array([[0.5, 0.2], [0.1, 0.7]])
    compiled = program.estimate(at, samples=SAMPLES, seed=1)
    assert compiled.mode == "compiled"
    interpreted = program.estimate(at, samples=SAMPLES, seed=1, mode="interpreted")
    np.testing.assert_allclose(compiled.derivative, interpreted.derivative, rtol=DECIMALS)


def test_another_order_of_the_memory_is_interpreted(tmp_path: Path) -> None:
    source = """
        def f(p, rng):
            a = rng.normal(p, 1, size=(2, 3))
            return (a[:, 1:].T > 0.5).sum() + a[:, ::-1].T.sum()
        """
    program = filed(source, tmp_path)
    found = program.estimate(0.8, samples=20, seed=1)
    assert "rows do not follow each other" in str(program.fallback)
    assert found.derivative == program.estimate(0.8, samples=20, seed=1, mode="interpreted").derivative


def test_a_matrix_is_sorted_in_place(tmp_path: Path) -> None:
    source = """
        def f(p, rng):
            a = rng.normal(p, 1, size=(3, 2))
            a.sort(axis=0)
            return (a[0] > 0.5).sum() + a[2, 1]
        """
    program = filed(source, tmp_path)
    found = program.estimate(0.8, samples=20, seed=1)
    assert found.derivative == program.estimate(0.8, samples=20, seed=1, mode="interpreted").derivative


def test_a_module_that_no_session_finds_again_is_not_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "model_d", raising=False)
    source = "def f(p, rng):\n    return rng.normal(p, 1) > 0.5, rng.normal(p, 1)\n"
    for program, cache in ((program_of(source), "NullCache"), (filed(source, tmp_path), "FunctionCache")):
        loop: Any = compile_carried("f", program.functions.primal, program.functions.sites)
        assert type(loop._cache).__name__ == cache
