"""`statistics.quantiles` of carried values: those that Python's own has, and the derivative of their means."""

from __future__ import annotations

import pytest
from harness import program_of, run_original
from stubs import Queue

from stochtrace.estimation import interpreted

SOURCE = """
import statistics


def f(p, rng):
    x = [rng.exponential(p) for _ in range(5)]
    low, middle, high = statistics.quantiles(x)
    return low + 2 * middle + 3 * high + sum(statistics.quantiles(x, n={n}, method="inclusive"))
"""


@pytest.mark.parametrize("n", [1, 3, 10])
def test_they_are_those_of_python(n: int) -> None:
    program = program_of(SOURCE.replace("{n}", str(n)))
    for seed in range(20):
        own = run_original(SOURCE.replace("{n}", str(n)), program, {"p": 0.7}, Queue(seed))
        assert interpreted.drawn(program.functions, (0.7,), Queue(seed)) == pytest.approx(own, rel=1e-12)


def test_derivative() -> None:
    """A sample is proportional to p, so that its derivative is itself over p."""
    found = program_of(SOURCE.replace("{n}", "3")).estimate(0.7, samples=200, seed=5, mode="interpreted")
    assert found.derivative == pytest.approx(found.value / 0.7, rel=1e-9)
