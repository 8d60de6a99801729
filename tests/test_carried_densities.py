"""Densities and special functions of carried values: tangents by the runtime's partials, decisions without bias."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from harness import program_of
from scipy import integrate, special, stats
from statistics_checks import Rates
from test_densities import TABLE, arguments, family, methods

from stochtrace.carried.families import FAMILIES
from stochtrace.carried.running import Refused
from stochtrace.carried.scipy import special as carried_special
from stochtrace.carried.scipy import stats as carried_stats
from stochtrace.carried.smooth import STEADY, Smooth
from stochtrace.diagnostics import Refusal
from stochtrace.runtime import stats as ours


def moving(v: float, d: float) -> Smooth:
    """A parameter with a tangent."""
    return Smooth(v, d, -1, 0.0, 0.0, STEADY, "parameter", ())


def real(name: str, method: str) -> list[bool]:
    """Which arguments of a method have a partial."""
    module = importlib.import_module(f"stochtrace.runtime.densities.{name}")
    if not family(name).discrete:
        return [True] * len(arguments(name, method))
    return [hasattr(module, f"flow_{a}") and method not in ("ppf", "isf") for a in arguments(name, method)]


@pytest.mark.parametrize("name", TABLE)
def test_tangents_are_the_partials_of_the_runtime(name: str) -> None:
    row = TABLE[name][len(TABLE[name]) // 2]
    for method in methods(name):
        names, takes = arguments(name, method), real(name, method)
        at = [0.3, *row["at"][1:]] if method in ("ppf", "isf") else row["at"]
        if not any(takes):
            continue
        given = [moving(v, 0.5 + i) if take else v for i, (v, take) in enumerate(zip(at, takes, strict=True))]
        found = getattr(getattr(carried_stats, name), method)(*given)
        slopes = [getattr(ours, f"{name}_{method}_{n}")(*at) if t else 0.0 for n, t in zip(names, takes, strict=True)]
        assert found.v == pytest.approx(getattr(ours, f"{name}_{method}")(*at), rel=1e-14)
        assert found.d == pytest.approx(sum((0.5 + i) * s for i, s in enumerate(slopes)), rel=1e-10, abs=1e-14)


def test_frozen_ones_arrays_and_keywords() -> None:
    loc = moving(0.5, 1.0)
    once = carried_stats.t.logpdf(1.0, 5, loc, 2.0)
    assert carried_stats.t(5, loc=loc, scale=2.0).logpdf(1.0).d == once.d
    assert carried_stats.t.logpdf(x=1.0, df=5, loc=loc, scale=2.0).v == once.v
    all_ = carried_stats.t.logpdf(np.array([[1.0, 2.0]]), 5, loc, 2.0)
    assert all_.shape == (1, 2) and all_[0, 0].d == once.d
    assert carried_stats.norm.pdf([0.0, 1.0], loc)[1].v == pytest.approx(stats.norm.pdf(1.0, 0.5), rel=1e-14)


@pytest.mark.parametrize("name", ["betaln", "digamma", "log_ndtr", "xlogy", "gammaln", "erfcx"])
def test_special_functions(name: str) -> None:
    x = [0.7, 1.3][: 2 if name in ("betaln", "xlogy") else 1]
    function = getattr(special, name)
    if name == "erfcx":  # which has no rule
        with pytest.raises(Refused):
            carried_special.erfcx(moving(0.7, 1.0))
        return
    found = getattr(carried_special, name)(*(moving(v, 1.0) for v in x))
    slope = (function(*(v + 1e-6 for v in x)) - function(*(v - 1e-6 for v in x))) / 2e-6
    assert found.v == pytest.approx(function(*x), rel=1e-14) and found.d == pytest.approx(slope, rel=1e-8)


def test_sums_of_exponentials() -> None:
    x = [moving(0.5, 1.0), moving(-1.0, -2.0), 0.3]
    values = np.array([0.5, -1.0, 0.3])
    shares = special.softmax(values)
    total = carried_special.logsumexp(x)
    assert total.v == pytest.approx(special.logsumexp(values)) and total.d == pytest.approx(shares @ [1, -2, 0])
    found = carried_special.softmax(x)
    assert [s.d for s in found] == pytest.approx(shares * (np.array([1, -2, 0]) - shares @ [1, -2, 0]))


# -- whole programs ----------------------------------------------------------------------------------------------------

HEAD = "import numpy as np\nfrom scipy import stats\n\n"
METROPOLIS = """
def f(p, rng):
    x = 0.0
    y = x + rng.normal(0, 1)
    if np.log(rng.random()) < stats.norm.logpdf(y, p, 1) - stats.norm.logpdf(x, p, 1):
        x = y
    return x
"""
INSIDE = """
def f(p, rng):
    y = rng.normal(p, 1)
    return 1 if stats.norm.logpdf(y, 0, p) > -1.5 else 0
"""
END = """
def f(p, rng):
    y = rng.normal(p, 1)
    return y if np.log(rng.random()) < stats.expon.logpdf(y, 0.1 * p, 1.0) else 0.0
"""
SORTED = """
def f(p, rng):
    x = sorted([stats.norm.rvs(p, 1.0, random_state=rng), 0.0])
    return stats.norm.cdf(x[1])
"""
KINK = """
def f(p, rng):
    y = rng.normal(p, 1)
    return y if np.log(rng.random()) < stats.gamma.logcdf(y, 2 * p, scale=p) else 0.0
"""
ASKED = """
def f(p, rng):
    u = rng.random()
    return u * stats.uniform.pdf(u, 0.0, p) if u <= p else 0.0
"""


def mean(weight: Callable[[float, float], float], centre: float) -> Callable[[float], float]:
    """The mean of a weight(y, p) of a normal y around `centre` * p."""

    def at(p: float) -> float:
        y = np.linspace(-9.0, 11.0, 2_000_001)
        return float(integrate.simpson(weight(y, p) * stats.norm.pdf(y, centre * p), x=y))

    return at


def accepted(y: Any, p: float) -> Any:
    return y * np.exp(np.minimum(stats.norm.logpdf(y, p) - stats.norm.logpdf(0.0, p), 0.0))


def within(p: float) -> float:
    end = p * np.sqrt(2 * (1.5 - 0.5 * np.log(2 * np.pi) - np.log(p)))
    return float(stats.norm.cdf(end - p) - stats.norm.cdf(-end - p))


def above_end(y: Any, p: float) -> Any:
    return y * stats.expon.pdf(y, 0.1 * p)


def cases() -> dict[str, tuple[str, Callable[[float], float], float]]:
    return {
        "metropolis": (METROPOLIS, mean(accepted, 0.0), 0.15),
        "inside": (INSIDE, within, 0.08),
        "end": (END, mean(above_end, 1.0), 0.15),
        "sorted": (SORTED, mean(lambda y, p: stats.norm.cdf(np.maximum(y, 0.0)), 1.0), 0.05),
        "end, asked before": (ASKED, lambda p: p / 2, 0.1),
        "kink": (KINK, mean(lambda y, p: y * stats.gamma.cdf(y, 2 * p, scale=p), 1.0), 0.2),
    }


MODES = ("interpreted", "compiled")
RATES = Rates(tests=len(MODES) * len(cases()))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", cases())
def test_decisions_are_without_bias(name: str, mode: str) -> None:
    if mode == "compiled":
        pytest.importorskip("numba", reason="one of the two ways to run is compiled")
    source, exact, resolved = cases()[name]
    program = program_of(HEAD + source.lstrip())
    found = program.estimate(0.8, samples=4000, seed=3, mode=mode)
    assert program.fallback is None
    slope = (exact(0.801) - exact(0.799)) / 0.002
    RATES.check(name, float(found.derivative), float(found.derivative_stderr), slope, resolved)


def test_a_root_that_cannot_be_enclosed_is_refused() -> None:
    source = HEAD + "def f(p, rng):\n    y = rng.normal(p, 1)\n    return 1 if stats.t.logpdf(y * y, 5) > -2 else 0\n"
    with pytest.raises(Refusal, match="solve"):
        program_of(source).estimate(0.8, samples=50, seed=1, mode="interpreted")


def test_an_end_that_parameters_alone_move_past_x_is_refused() -> None:
    for at in (0.5, 0.9):
        outside = pytest.raises(Refused, match=r"`uniform.pdf` jumps at an end of its support, which moves, and x")
        with outside if at < 0.8 else contextlib.nullcontext():
            assert carried_stats.uniform.pdf(0.8, 0.0, moving(at, 1.0)).d == pytest.approx(-1 / 0.9**2)


def test_a_draw_without_tails_and_density_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    program = program_of(HEAD + "def f(p, rng):\n    return 1.0 if rng.wald(p, 1.0) > 1 else 0.0\n")
    monkeypatch.delitem(FAMILIES, "wald")
    with pytest.raises(Refusal, match=r"the draw \(wald\) has no row of tails and density") as caught:
        program.estimate(0.8, samples=5, seed=1, mode="interpreted")
    assert "[ST446]" in str(caught.value) and "Draw it from a distribution that has one" in str(caught.value)


def test_integers_are_refused() -> None:
    with pytest.raises(Refused, match="`n` of this function moves smoothly"):
        carried_stats.binom.pmf(2, moving(5.0, 1.0), 0.3)
    with pytest.raises(Refused, match="moves smoothly"):
        carried_stats.poisson.ppf(0.3, moving(5.0, 1.0))
