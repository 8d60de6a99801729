"""Programs that draw from families with shape parameters: their derivatives against those of known expectations."""

from __future__ import annotations

import pytest
from harness import generate, program_of

SAMPLES = {"compiled": 200_000, "interpreted": 4_000}
PROGRAMS = [
    ("rng.gamma(p, 2.0) * rng.beta(p, 3.0)", 1.5, 2 * 1.5 * (1.5 + 6) / 4.5**2),
    ("rng.gamma(0.5, p) + rng.standard_gamma(p)", 2.0, 1.5),
    ("rng.gamma(2, p + 1)", 0.5, 2.0),
    ("rng.chisquare(p) ** 2", 3.0, 2 * 3.0 + 2),
    ("rng.beta(2, p)", 3.0, -2 / 25),
    ("rng.beta(p, 2 * p) ** 2", 1.0, -1 / 24),
    ("rng.f(3, p)", 9.0, -2 / 49),
    ("rng.standard_t(p) ** 2", 9.0, -2 / 49),
]


@pytest.mark.parametrize(("draw", "p", "derivative"), PROGRAMS, ids=[draw for draw, _, _ in PROGRAMS])
def test_derivative_of_the_mean(draw: str, p: float, derivative: float, mode: str) -> None:
    estimate = program_of(f"def f(p, rng):\n    return {draw}\n").estimate(p, samples=SAMPLES[mode], seed=1, mode=mode)
    assert abs(estimate.derivative - derivative) < 5 * estimate.derivative_stderr
    assert estimate.derivative_stderr < 0.1 * abs(derivative)


@pytest.mark.parametrize(
    ("imports", "draw", "same"),
    [
        ("import random", "random.gammavariate(p, 2.0)", "rng.gamma(p, 2.0)"),
        ("import random", "random.betavariate(p, beta=2.0)", "rng.beta(p, 2.0)"),
        ("import numpy as np", "np.random.chisquare(df=p)", "rng.gamma(p / 2, scale=2.0)"),
        ("import numpy as np", "np.random.standard_gamma(shape=p)", "rng.gamma(p)"),
    ],
)
def test_spellings_of_one_draw(imports: str, draw: str, same: str) -> None:
    program = program_of(f"{imports}\n\n\ndef f(p, rng):\n    return {draw}\n")
    other = program_of(f"def f(p, rng):\n    return {same}\n")
    assert program.triple(1.3, seed=5) == other.triple(1.3, seed=5)


def test_shape_moves_as_written_out() -> None:
    code = generate("def f(p, rng):\n    return rng.gamma(p, 2.0)\n")
    assert "    z = rt.gamma_quantile(p, rt.read(omega, 1))" in code
    assert "    x_dot = 2.0 * p_dot * rt.moving_slope(1, p, p_dot, z)" in code


def test_array_of_shapes() -> None:
    code = generate("def f(p, rng):\n    return sum(rng.gamma(p, 2.0, size=3))\n")
    assert "x, x_dot = rt.each_d(rt.gamma_d, omega, 1, 3, p, p_dot, 2.0, 0.0)" in code
