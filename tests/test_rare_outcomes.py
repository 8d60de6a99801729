"""Boundaries between a likely outcome and a rare one: the likely one offers them, as samples may never have the other.

No sample here has the rare outcome, so the derivative is exact, to 1e-6 of it; it was 0 ± 0.
"""

from __future__ import annotations

import pytest
from harness import program_of

RARE = 1e-9
DRAWS = {
    "a decision": ("1.0 if rng.random() < p else 0.0", 1 - RARE, 1.0),
    "its complement": ("1.0 if rng.random() >= p else 0.0", 1 - RARE, -1.0),
    "a chance that falls": ("1.0 if rng.random() < 1 - p else 0.0", 1 - RARE, -1.0),
    "a mask": ("(rng.random(3) < p).sum()", 1 - RARE, 3.0),
    "one of ten that work": ("float(sum(rng.random() < p for _ in range(10)) == 10)", 1 - RARE, 10.0),
    "binomial": ("rng.binomial(5, p) ** 2", 1 - RARE, 5 * (25 - 16.0)),
    "binomial, none": ("rng.binomial(5, 1 - p)", 1 - RARE, -5.0),
    "poisson": ("rng.poisson(1 - p)", 1 - RARE, -1.0),
    "geometric": ("rng.geometric(p)", 1 - RARE, -1.0),
    "negative binomial": ("rng.negative_binomial(3, p)", 1 - RARE, -3.0),
    "logarithmic series": ("rng.logseries(1 - p)", 1 - RARE, -0.5),
    "zipf": ("rng.zipf(p)", 40.0, -6.304465e-13),
    "planck": ("stats.planck.rvs(p, random_state=rng)", 20.0, -2.061154e-9),
    "two": ("rng.choice([7, 1], p=[p, 1 - p])", 1 - RARE, 6.0),
    "the last": ("rng.choice([1, 4, 7], p=[0.0, 1 - p, p])", 1 - RARE, 3.0),
    "weights": ("[1, 7][rng.choice(2, p=np.array([p, 2 - p - 1]))]", 1 - RARE, -6.0),
}


@pytest.mark.parametrize(("draw", "p", "exact"), DRAWS.values(), ids=DRAWS)
def test_a_rare_outcome_has_its_derivative(draw: str, p: float, exact: float) -> None:
    assert derivative(draw, p, "interpreted")[0] == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize("mode", ["compiled", "gradient"])
@pytest.mark.parametrize("name", ["one of ten that work", "binomial", "weights"])
def test_so_it_has_in_compiled_code(name: str, mode: str) -> None:
    draw, p, exact = DRAWS[name]
    assert derivative(draw, p, mode)[0] == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize("mode", ["compiled", "interpreted"])
def test_rare_outcomes_beside_each_other(mode: str) -> None:
    """Mass goes from the first outcome to both others, by 1/2 each; a sample stands for both by one: 0 or -2 · 5."""
    found, error = derivative("rng.choice([0, 0, 5], p=[p, (1 - p) / 2, (1 - p) / 2])", 1 - RARE, mode)
    assert abs(found + 2.5) < 6 * error < 2.0


def derivative(draw: str, p: float, mode: str) -> tuple[float, float]:
    """Return the derivative and its standard error."""
    if mode == "compiled":
        pytest.importorskip("numba", reason="compiled samples need Numba")
    text = f"import numpy as np\nfrom scipy import stats\n\ndef f(p, rng):\n    return {draw}\n"
    program = program_of(text)
    if mode == "gradient":
        gradient = program.gradient(p, samples=400, seed=2)
        return float(gradient.gradient), float(gradient.gradient_stderr)
    found = program.estimate(p, samples=400, seed=2, mode=mode)
    return found.derivative, found.derivative_stderr
