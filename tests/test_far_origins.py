"""Decisions on numbers that are large beside their draws: replays stay beside the root, not beyond the next one."""

from __future__ import annotations

import math
from typing import Any

import pytest
from harness import program_of

from stochtrace.diagnostics import Refusal
from tests.statistics_checks import Rates

ARRIVALS = """
def f(p, start, rng):
    t, arrived = start + rng.exponential(1 / p), 0
    while t < start + 3.0:
        arrived += 1
        t += rng.exponential(1 / p)
    return arrived
"""
ROUNDED = "import math\n\ndef f(p, rng):\n    return math.floor(rng.exponential(p))\n"
DAYS = "import math\n\ndef f(p, start, rng):\n    return math.floor(start + rng.exponential(p)) - start\n"
STILL = "def f(p, rng):\n    return 1.0 if rng.exponential(p) > 1.0 else rng.random()\n"
WHOLE = "def f(p, rng):\n    return int(1e20 * rng.exponential(p)) / 1e20\n"
RATES = Rates(tests=10)


def both(text: str, *arguments: float, samples: int) -> list[Any]:
    pytest.importorskip("numba", reason="compiled samples need Numba")
    program = program_of(text, wrt=("p",))
    return [
        program.estimate(*arguments, samples=count, seed=5, mode=mode)
        for mode, count in (("compiled", samples), ("interpreted", samples // 20))
    ]


@pytest.mark.parametrize("start", [1e7, 1.7e9])
def test_arrivals_are_counted_from_any_origin(start: float) -> None:
    for found, resolved in zip(both(ARRIVALS, 1.5, start, samples=40_000), (0.09, 0.4), strict=True):
        RATES.check("arrivals", found.derivative, found.derivative_stderr, 3.0, resolved)


@pytest.mark.parametrize(("text", "arguments"), [(ROUNDED, (1e12,)), (DAYS, (2.0, 1.7e12))], ids=["large", "far"])
def test_steps_are_seen_in_large_numbers(text: str, arguments: tuple[float, ...]) -> None:
    p = arguments[0]
    exact = math.exp(1 / p) / (p * math.expm1(1 / p)) ** 2
    for found, resolved in zip(both(text, *arguments, samples=20_000), (0.06, 0.25), strict=True):
        RATES.check("a step", found.derivative, found.derivative_stderr, exact, resolved)


@pytest.mark.parametrize("mode", ["compiled", "interpreted"])
@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [(ARRIVALS, (1.5, 1.7e12), "ST455"), (DAYS, (2.0, 1.7e15), "ST456"), (WHOLE, (0.6,), "ST456")],
    ids=["a clock", "a step", "more than 64 bits"],
)
def test_what_rounding_hides_is_refused(text: str, arguments: tuple[float, ...], code: str, mode: str) -> None:
    if mode == "compiled":
        pytest.importorskip("numba", reason="compiled samples need Numba")
    with pytest.raises(Refusal, match=code):
        program_of(text, wrt=("p",)).estimate(*arguments, samples=50, seed=1, mode=mode)


def test_a_draw_without_a_spread_decides_nothing() -> None:
    for found in both(STILL, 0.0, samples=400):
        assert found.derivative == found.derivative_stderr == 0.0
