"""Values in bins: counted as NumPy counts them, on edges too, and in one order in compiled and interpreted samples."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pytest
from harness import filed, run_original
from stubs import Queue
from test_compiled_records import same_samples

from stochtrace.estimation import interpreted

DECIMALS = 1e-9
PROGRAMS = {
    "tenths between 0 and 1, which lie on edges": """
        import numpy as np
        def f(p, rng):
            k = rng.binomial(10, p)
            counts, edges = np.histogram(np.array([k / 10, 0.3, 0.6, 0.7, 1.0, 1.1]), bins=10, range=(0, 1))
            return counts[2] + 10 * counts[3] + 100 * counts[6] + 1000 * counts[9] + edges[3]
        """,
    "whole numbers in so many bins, between given edges, in a matrix": """
        import numpy as np
        def f(p, rng):
            k = rng.binomial(10, p, size=6)
            first, _ = np.histogram(k, 5)
            counts, edges = np.histogram(k.reshape(2, 3), bins=[0, 3, 5, 10])
            return first[0] * first[4] + counts[0] * counts[2] + edges[1]
        """,
    "values that move, one of them on the last edge": """
        import numpy as np
        def f(p, rng):
            x = np.minimum(rng.normal(p, 1.0, size=5), 1.0)
            equal, _ = np.histogram(x, bins=4, range=(-1.0, 1.0))
            given, edges = np.histogram(x, (-2.0, 0.0, 0.5, 1.0))
            return equal[3] + given[1] * given[2] + x[0] * edges[2]
        """,
    "places among edges that increase and that decrease": """
        import numpy as np
        def f(p, rng):
            x = rng.normal(p, 1.0, size=3)
            k = np.digitize(rng.binomial(4, p, size=3), [1, 3])
            up = np.digitize(x, [-1.0, 0.0, 1.0])
            return up.sum() + np.digitize(x, np.array([0.0, 0.5]), right=True)[0] + np.digitize(x[1], [0.5]) + k.sum()
        """,
}


@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)
def test_same_samples(source: str, tmp_path: Path) -> None:
    pytest.importorskip("numba", reason="compares with compiled samples")
    same_samples(filed(source, tmp_path), rtol=DECIMALS)


@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)
def test_values_are_those_of_the_source(source: str, tmp_path: Path) -> None:
    program = filed(source, tmp_path)
    for seed in range(50):
        own = run_original(textwrap.dedent(source), program, {"p": 0.6}, Queue(seed))
        assert interpreted.drawn(program.functions, (0.6,), Queue(seed)) == own


def test_bins_are_those_of_numpy() -> None:
    """On lattices, whose values lie on edges; ends that are equal, one bin, no value, values outside."""
    pytest.importorskip("numba", reason="these bins are those of compiled code")
    from stochtrace.carried.numba_bins import counted, spaced

    rng = np.random.default_rng(3)
    for case in range(4000):
        step, count = rng.choice([0.1, 0.25, 1.0, 1 / 3, 1e-3]), int(rng.integers(1, 12))
        low, span = rng.integers(-5, 5) * step, rng.integers(0, 12) * step
        x = rng.integers(-8, 20, size=case % 30) * step
        found, edges = counted(x, spaced(count, low, low + span))
        counts, known = np.histogram(x, count, (low, low + span))
        assert edges.tolist() == known.tolist()
        assert found.tolist() == counts.tolist(), (x, count, low, span)
