"""Tables of laws that were drawn from before: the outcomes are those of the search that they stand for, bit by bit."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest

from stochtrace.runtime import laws
from stochtrace.runtime.functions.inversion import binomial_inverse, poisson_inverse
from stochtrace.runtime.uniforms import Uniforms

NOTHING = cast(Uniforms, None)
CHANCES = (0.0, 1e-300, 1e-9, 0.03, 0.4, 0.5, 0.5 + 2**-40, 0.6, 0.999, 1.0)
BINOMIALS = [(n, q) for n in (0, 1, 2, 10, 63, 64, 200, 10**6) for q in CHANCES]
RATES = [0.0, 1e-300, 0.1, 1.0, 4.5, 12.0, 24.9, 25.0, 25.1, 1e4]
LAWS = [*BINOMIALS, *((-1, rate) for rate in RATES)]


def inverse(w: float, n: int, q: float) -> int:
    """Return the outcome without a table."""
    return poisson_inverse(w, q) if n < 0 else binomial_inverse(w, n, q)


def interpreted() -> Callable[[float, int, float], int]:
    def outcome(w: float, n: int, q: float) -> int:
        return laws.poisson_outcome(NOTHING, 1, w, q) if n < 0 else laws.binomial_outcome(NOTHING, 1, w, n, q)

    return outcome


def compiled() -> Callable[[float, int, float], int]:
    numba = pytest.importorskip("numba", reason="these tables are of compiled code")
    from stochtrace.runtime import numba_side

    omegas = np.zeros(1, numba_side.omega_type(1))
    binomial = numba.njit(lambda omegas, w, n, q: laws.binomial_outcome(omegas[0], 1, w, n, q))
    poisson = numba.njit(lambda omegas, w, q: laws.poisson_outcome(omegas[0], 1, w, q))
    return lambda w, n, q: poisson(omegas, w, q) if n < 0 else binomial(omegas, w, n, q)


def uniforms(n: int, q: float) -> list[float]:
    """Return uniforms next to the boundaries of a law, on both sides, and others."""
    table = [0.0] * (laws.ROOM + laws.WIDE)
    ends = table[: laws.fill_table(table, 0, n, q)]
    near = [math.nextafter(end, x) for end in ends for x in (0.0, 1.0)] + ends
    draw = random.Random(f"{n} {q}")
    found = [*near, *(1.0 - w for w in near), 2.0**-53, 1.0 - 2.0**-53, *(draw.random() for _ in range(20))]
    return [w for w in found if 0.0 < w < 1.0]


@pytest.mark.parametrize("made", [interpreted, compiled])
def test_outcomes_are_those_of_the_search(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each law comes several times in a row, so that all but the first outcome may be a table's."""
    monkeypatch.setattr(laws, "tables", {})
    outcome = made()
    for n, q in LAWS:
        for w in uniforms(n, q):
            assert outcome(w, n, q) == inverse(w, n, q), (n, q, w)


@pytest.mark.parametrize("made", [interpreted, compiled])
def test_laws_in_turn_do_not_mix(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laws, "tables", {})
    monkeypatch.setattr(laws, "MOST", 5)
    outcome, draw = made(), random.Random(3)
    for _ in range(3000):
        (n, q), w = draw.choice(LAWS), draw.random()
        for _ in range(draw.randrange(1, 4)):
            assert outcome(w, n, q) == inverse(w, n, q)
    assert len(laws.tables) <= 5


def test_a_law_has_a_table_from_the_second_time_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laws, "tables", {})
    outcome, found = interpreted(), []
    for _ in range(3):
        outcome(0.5, 10, 0.3)
        found.append(laws.tables[10, 0.3])
    assert found[0] is None and found[1] is found[2] and len(found[1] or ()) == 10
