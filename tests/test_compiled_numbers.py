"""NumPy's arithmetic in compiled code: of few bits, of truth values, in memory that is shared; and decimals of Python.

Numba computes with numbers of 64 bits, adds truth values as numbers, and reads what an operation in place has written.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import both_ways, same_samples, stays_interpreted

pytest.importorskip("numba", reason="these numbers differ in compiled code only")
COMPILED = {
    "operations in place on views of one array": """
        import numpy as np
        def f(p, rng):
            a = np.arange(8) + rng.integers(0, 3)
            a[1:] += a[:-1]
            a -= a[::-1] // 2
            m = np.arange(9.0).reshape(3, 3) * p
            m += m.T
            m[1:] *= m[:-1]
            return (a * np.arange(8)).sum() + m[2, 1] + (rng.random() < p)
        """,
    "integers of few bits that keep their range": """
        import numpy as np
        def f(p, rng):
            spins = np.ones(5, dtype=np.int8)
            for _ in range(6):
                k = rng.integers(0, 5)
                spins[k] = -spins[k]
            energy = 0
            for i in range(5):
                energy -= spins[i] * spins[(i + 1) % 5]
            return energy + (rng.random() < p)
        """,
}
LEFT = {
    "integers of few bits that leave it": """
        import numpy as np
        def f(p, rng):
            counts = np.zeros(3, dtype=np.uint8)
            counts[0] = rng.integers(0, 3)
            high = np.full(2, 100, dtype=np.int8)
            high[0] += rng.integers(0, 50)
            return float(counts[0] - 1) + float(high[1] * 2) + (rng.random() < p)
        """,
    "sums of integers with more than 64 bits": """
        def f(p, rng):
            some = [2**62] * rng.integers(0, 5)
            return sum(some) / 2.0**60 + sum(3 * 10**18 for _ in some) / 1e18 + (rng.random() < p)
        """,
    "decimals that are as near to another number": """
        def f(p, rng):
            total = 0.0
            for i in range(20):
                total += round(i * 0.05 + 0.025, 2) + round(2.675, 2) + round(1234.5, -2) + round(rng.random(), 3)
            return total + (rng.random() < p)
        """,
}
INTERPRETED = {
    "arrays of few bits": """
        import numpy as np
        def f(p, rng):
            counts = np.zeros(3, dtype=np.int32) + 2000000000
            return float(counts[0] + counts[1]) + (rng.random() < p)
        """,
    "fractions of few bits": """
        import numpy as np
        def f(p, rng):
            shares = np.zeros(3, dtype=np.float32)
            shares[0] = rng.random()
            return float(shares[0] * 0.1) + (rng.random() < p)
        """,
    "a sum of NumPy's truth values": """
        import numpy as np
        def f(p, rng):
            hits = rng.random(3) > 0.3
            return float(hits.any() + hits.all()) + 4.0 * (hits[0] + hits[1]) + (rng.random() < p)
        """,
    "an output that is a view of what is read": """
        import numpy as np
        def f(p, rng):
            a = np.arange(8.0) * rng.integers(0, 3)
            np.add(a[:-1], a[1:], a[1:])
            return a[7] + (rng.random() < p)
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-12)


@pytest.mark.parametrize("source", LEFT.values(), ids=LEFT)
def test_samples_that_leave_these_numbers_are_those_of_python(source: str, tmp_path: Path) -> None:
    found, interpreted = both_ways(filed(source, tmp_path))
    assert found.value == pytest.approx(interpreted.value, rel=1e-12)


@pytest.mark.parametrize("source", INTERPRETED.values(), ids=INTERPRETED)
def test_meaning_of_numpy_is_kept(source: str, tmp_path: Path) -> None:
    stays_interpreted(filed(source, tmp_path))
