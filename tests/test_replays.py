"""Several replays of a sample, in compiled code too: the same mean, and the numbers of interpreted code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import static_programs
from harness import program_of
from statistics_checks import Rates
from test_compiled_carried import bound

from stochtrace.estimation import Program, compiled

pytest.importorskip("numba")
WALK = """
def f(p, rng):
    n = 0
    for i in range(1, 31):
        n += rng.binomial(1, p * (1 - (n + i) / 60))
    return n * n + rng.poisson(p)
"""
SMOOTH = """
def f(p, rng):
    k = rng.poisson(3 * p)
    return (k * rng.exponential(p), rng.binomial(4, p) * p)
"""
# E[k x] = 3 p^2 and E[4 p] p = 4 p^2, at p = 0.5
COUNTS = [2, 5, "all"]
CARRIED = ["gillespie", "newest_cancels", "stepped"]  # jumps and crossings, stale intervals, steps
RATES = Rates(tests=2 * len(COUNTS))


def both(program: Program, p: float, replays: Any, samples: int = 200) -> list[Any]:
    """The estimates of both modes."""
    modes = ("compiled", "interpreted")
    return [program.estimate(p, samples=samples, seed=4, replays=replays, mode=mode) for mode in modes]


@pytest.mark.parametrize("replays", COUNTS)
def test_the_same_bits_as_interpreted(replays: Any) -> None:
    for text, p in ((WALK, 0.6), (SMOOTH, 0.5)):
        fast, plain = both(program_of(text), p, replays)
        assert fast.mode == "compiled" and fast.derivative == plain.derivative


@pytest.mark.parametrize("replays", COUNTS)
def test_no_bias(replays: Any) -> None:
    found = program_of(SMOOTH).estimate(0.5, samples=40_000, seed=2, replays=replays, mode="compiled")
    for mean, error, exact in zip(found.derivative, found.derivative_stderr, (3.0, 4.0), strict=True):
        RATES.check(f"replays={replays}", mean, error, exact, 0.5)


def test_more_replays_have_less_variance() -> None:
    errors = [program_of(WALK).estimate(0.6, samples=4096, seed=2, replays=m).derivative_stderr for m in (1, 4, "all")]
    assert errors[0] > 1.1 * errors[1] > 1.1 * errors[2]


@pytest.mark.parametrize("replays", [2, "all"])
@pytest.mark.parametrize("name", CARRIED)
def test_carried_programs_give_the_numbers_of_interpreted_code(name: str, replays: Any) -> None:
    primal, p, _ = static_programs.EXACT[name]
    program = bound(name, primal)
    fast, plain = both(program, np.array(p) if isinstance(p, list) else p, replays, samples=60)
    assert program.fallback is None
    np.testing.assert_allclose(fast.derivative, plain.derivative, rtol=1e-7, atol=1e-9)


def test_a_pilot_chooses_the_same_number_everywhere() -> None:
    program = program_of(WALK)
    found = [program.estimate(0.6, samples=300, seed=4, replays="auto", mode=m) for m in ("compiled", "interpreted")]
    assert found[0].replays == found[1].replays and found[0].derivative == found[1].derivative
    chosen = program.estimate(0.6, samples=300, seed=4, replays=found[0].replays)
    assert chosen.derivative == found[0].derivative


def test_a_pilot_chooses_more_where_jumps_differ_much() -> None:
    life = program_of("def f(p, rng):\n    return sum([(i % 2 - 0.5) * rng.binomial(1, p) for i in range(40)])\n")
    one = program_of("def f(p, rng):\n    return rng.binomial(1, p)\n")
    assert life.estimate(0.5, samples=64, seed=1, replays="auto").replays in (16, 32)
    assert one.estimate(0.5, samples=64, seed=1, replays="auto").replays == 1


def test_tables_grow_where_a_sample_offers_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "ROOM", 4)
    fast, plain = both(program_of(WALK), 0.6, "all")
    assert fast.derivative == plain.derivative
    monkeypatch.setattr(compiled, "MOST", 4)
    with pytest.raises(compiled.Full):
        both(program_of(WALK), 0.6, "all")
