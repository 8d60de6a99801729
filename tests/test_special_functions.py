"""Functions of scipy.special in whole programs: of numbers and of arrays, interpreted and compiled, at their edges."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest
import scipy.special
from harness import program_of, tangent_lines
from mpmath import mp

from stochtrace.diagnostics import Refusal
from stochtrace.rules import PARTIALS, REDUCTIONS
from stochtrace.runtime.functions.special import trigamma

NAMES = sorted(name for name in PARTIALS if hasattr(scipy.special, name))
HEAD = "import numpy as np\nimport scipy.special as sp\n\n"


MODES = ("interpreted", "compiled") if importlib.util.find_spec("numba") else ("interpreted",)


def both(source: str, modes: tuple[str, ...] = MODES, **at: float) -> list[Any]:
    """Value and derivative of a program that draws nothing that counts, interpreted and compiled."""
    program = program_of(source)
    return [program.estimate(**at, samples=2, seed=1, mode=mode) for mode in modes]


def calls(name: str, shape: str) -> str:
    """A call at a point of the rule's domain for p = 1; the first argument is put in `shape`."""
    at = [f"{low + (0.4 + 0.2 * i) * (high - low):.6f} * p" for i, (low, high) in enumerate(PARTIALS[name].domain)]
    return f"sp.{name}({', '.join([shape.format(at[0]), *at[1:]])})"


def program(parts: list[str]) -> str:
    return f"{HEAD}def f(p, rng):\n    z = rng.random()\n    return np.array([{', '.join(parts)}])\n"


def test_compiled_functions_are_those_of_scipy() -> None:
    """All in one program."""
    plain, *rest = both(program([calls(name, "{}") for name in NAMES]), p=1.0)
    assert np.all(plain.derivative != 0.0)
    for compiled in rest:
        assert compiled.value == pytest.approx(plain.value, rel=1e-13)
        assert compiled.derivative == pytest.approx(plain.derivative, rel=1e-12)


@pytest.mark.parametrize(
    ("names", "modes"), [(NAMES, MODES[:1]), (["xlogy", "psi"], MODES)], ids=["interpreted", "both"]
)
def test_elements_of_arrays_move_as_numbers_do(names: list[str], modes: tuple[str, ...]) -> None:
    """f(x) + 2 f(1.1 x), of an array of both, and of two calls."""
    arrays = [f"np.sum({calls(name, 'np.array([{0}, 1.1 * {0}])')} * np.array([1.0, 2.0]))" for name in names]
    apart = [f"{calls(name, '{}')} + 2 * {calls(name, '1.1 * {}')}" for name in names]
    expected = both(program(apart), MODES[:1], p=1.0)[0]
    for found in both(program(arrays), modes, p=1.0):
        assert found.value == pytest.approx(expected.value, rel=1e-13)
        assert found.derivative == pytest.approx(expected.derivative, rel=1e-12)


REDUCED = {
    "logsumexp": ("sp.logsumexp({})", lambda a: scipy.special.logsumexp(a)),
    "softmax": ("sp.softmax({})[1]", lambda a: scipy.special.softmax(a)[1]),
    "log_softmax": ("sp.log_softmax({})[1]", lambda a: scipy.special.log_softmax(a)[1]),
}


def test_every_reduction_is_tested() -> None:
    assert set(REDUCED) == set(REDUCTIONS)


@pytest.mark.parametrize("container", ["np.array([p, 1.0, p * p, 1.0])", "[p, 1.0, p * p, 1.0]"])
def test_functions_of_all_elements(container: str) -> None:
    parts = ", ".join(text.format(container) for text, _ in REDUCED.values())
    ends = [[exact(np.array([p, 1.0, p * p, 1.0])) for _, exact in REDUCED.values()] for p in (0.6999, 0.7, 0.7001)]
    below, at, above = np.array(ends)
    for estimate in both(f"{HEAD}def f(p, rng):\n    z = rng.random()\n    return np.array([{parts}])\n", p=0.7):
        assert estimate.value == pytest.approx(at, rel=1e-14)
        assert estimate.derivative == pytest.approx((above - below) / 2e-4, rel=1e-7)


@pytest.mark.parametrize("name", REDUCED)
def test_axes_are_refused(name: str) -> None:
    with pytest.raises(Refusal, match="with these arguments"):
        body = f"return sp.{name}(np.array([[p, 1.0]]), axis=1).sum() * rng.random()"
        tangent_lines(f"{HEAD}def f(p, rng):\n    {body}\n")


def test_counts_that_are_zero() -> None:
    """x log(p) at x = 0 does not move, also where p is 0; nor does x / (1 + p)."""
    source = f"{HEAD}def f(p, rng):\n    k = rng.binomial(2, 0.0)\n    return sp.xlogy(k, p) + sp.xlog1py(k, p - 1.0)\n"
    for estimate in both(source, p=0.0):
        assert (estimate.value, estimate.derivative) == (0.0, 0.0)


def test_log_ndtr_far_below() -> None:
    source = f"{HEAD}def f(p, rng):\n    z = rng.random()\n    return sp.log_ndtr(p) + sp.log_expit(50 * p)\n"
    for estimate in both(source, p=-50.0):
        assert estimate.derivative == pytest.approx(float(50 + mp.npdf(50) / mp.ncdf(-50)), rel=1e-13)


@pytest.mark.parametrize("x", [-7.3, -0.5, 1e-3, 0.5, 1.0, 14.99, 15.0, 1e6])
def test_trigamma(x: float) -> None:
    assert trigamma(x) == pytest.approx(float(mp.psi(1, x)), rel=1e-14)


def test_combinations() -> None:
    source = f"{HEAD}def f(p, rng):\n    k = rng.binomial(4, 0.5)\n    return sp.comb(4, k) * p + sp.comb(k, 9)\n"
    first, *rest = both(source, p=0.3)
    for other in rest:
        assert (first.value, first.derivative) == (other.value, other.derivative)
