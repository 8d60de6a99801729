"""Signs of products and poles of quotients: z-tests with two declared rates, interpreted and compiled."""

from __future__ import annotations

import pytest
from decisions import Trap, source
from harness import program_of
from signs import SIGNS
from statistics_checks import Rates

from stochtrace.diagnostics import Refusal

SAMPLES = {"interpreted": 4000, "compiled": 40_000}
RATES = Rates(tests=len(SIGNS) * len(SAMPLES))
ROUNDING = 1e-8  # to which the exact derivatives are known, where an estimator has no spread


@pytest.mark.parametrize("trap", SIGNS.values(), ids=SIGNS)
@pytest.mark.parametrize("mode", SAMPLES)
def test_no_bias(trap: Trap, mode: str) -> None:
    if mode == "compiled":
        pytest.importorskip("numba", reason="one of the two ways to run is compiled")
    found = program_of(source(trap.body)).estimate(trap.p, samples=SAMPLES[mode], seed=1, mode=mode)
    RATES.check(trap.body, found.derivative, max(found.derivative_stderr, ROUNDING), trap.derivative, trap.resolved)


@pytest.mark.parametrize("trap", SIGNS.values(), ids=SIGNS)
def test_both_modes_decide_the_same(trap: Trap) -> None:
    pytest.importorskip("numba", reason="one of the two ways to run is compiled")
    program = program_of(source(trap.body))
    interpreted, compiled = (program.estimate(trap.p, samples=300, seed=2, mode=m) for m in SAMPLES)
    assert compiled.derivative == pytest.approx(interpreted.derivative, rel=1e-5)


def test_a_product_that_hides_in_a_sum_is_not_rounded() -> None:
    body = "x = rng.normal(p, 1.0)\ny = rng.random()\nreturn math.floor(x * y + 2)"
    with pytest.raises(Refusal, match="ST449"):
        program_of(source(body)).estimate(0.7, samples=200, seed=1, mode="interpreted")
