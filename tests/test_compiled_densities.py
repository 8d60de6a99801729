"""Densities and special functions in compiled carried programs: sample by sample the numbers of interpreted code."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pytest
from harness import program_of

from stochtrace.carried import densities
from stochtrace.carried.running import Refused
from stochtrace.estimation.program import Program
from stochtrace.estimation.shapes import directions
from stochtrace.rules import PARTIALS
from stochtrace.runtime.numba_special import ONE, TWO

pytest.importorskip("numba", reason="these programs are compiled")
SAMPLES = 150
COMPOSED = ("softmax", "log_softmax")
# where all arguments move, at x inside the support or outside
CALLS = {
    "norm": "logpdf(y, p, p + 1) pdf(0.5, y, 2.0) logsf(0.0, p, scale=y * y) ppf(x, y, p)",
    "cauchy": "logpdf(y, p)",
    "expon": "logpdf(y, p - 1, scale=2.0) sf(y, scale=p)",
    "gamma": "logpdf(y, p + 1, 0.0, p) cdf(y * y, x)",
    "beta": "pdf(y, p, p + 2)",
    "uniform": "pdf(y, p - 0.5, 1.0 + p) cdf(x, p / 2)",
    "lognorm": "logpdf(y * y, p, scale=1.5)",
}
COUNTED = {
    "poisson": "logpmf(k, y * y + p) pmf(k, x) logcdf(k, p, loc=1)",
    "binom": "logpmf(k, 5, x) sf(k, 5, p)",
    "bernoulli": "pmf(k, x) cdf(k, p)",
    "geom": "logpmf(k, x) logsf(k, p)",
    "nbinom": "pmf(k, y * y + 1, x)",
}
HEAD = """
import numpy as np
from scipy import special, stats

def f(p, rng):
    x, y = rng.beta(p + 1, 2.0), rng.normal(p, 1.0)
    k, z = rng.poisson(y * y), np.asarray([x, p, 0.3])
    total = 1.0 if y > rng.exponential(p) else 0.0
"""


def of_stats(laws: dict[str, str]) -> str:
    """A program that calls methods of distributions."""
    calls = [f"stats.{law}.{call.strip()})" for law, text in laws.items() for call in text.split(")")[:-1]]
    lines = [f"    total += {f'np.exp({call})' if '.log' in call else call}" for call in calls]
    return "\n".join([HEAD.rstrip(), *lines, "    return total"])


def of_special() -> str:
    """A program that calls all functions of `scipy.special` that have a rule, and some of them with arrays."""
    one = [f"    total += special.{n}(x)" for n in ONE if n in PARTIALS]
    two = [f"    total += special.{n}(y * y, x) + special.{n}(x, 0.5)" for n in TWO]
    of_all = [f"    total += special.{n}(z).sum() * x" for n in ("ndtr", "gammaln", *COMPOSED)]
    rest = ["    return total + special.logsumexp([x, y]) * special.logsumexp(z) + special.xlogy(z, 0.5)[1]"]
    return "\n".join([HEAD.rstrip(), *one, *two, *of_all, *rest])


PROGRAMS = {"continuous": of_stats(CALLS), "discrete": of_stats(COUNTED), "special functions": of_special()}
PROGRAMS["arrays, frozen ones, functions of the file"] = """
import numpy as np
import scipy
from scipy.special import gammaln
from scipy.stats import norm, poisson

def log_posterior(x, data, p):
    law = scipy.stats.gamma(p + 2, scale=0.5)
    return norm.logpdf(data, x, p + 1).sum() + law.logpdf(x)

def f(p, rng):
    data, x, score = np.array([0.5, 1.0, 2.5]), 1.0, 0.0
    for _ in range(4):
        y = x + rng.normal(0.0, 0.5)
        if np.log(rng.random()) < log_posterior(y, data, p) - log_posterior(x, data, p):
            x = y
        waits = rng.exponential(p, size=2)
        score += poisson.logpmf(rng.poisson(p), waits).sum() + norm.cdf(waits[0], [0.0, x], p)[1]
    return x + scipy.special.xlogy(score, p) + gammaln(x * x + 1)
"""


def run(program: Program, mode: str) -> tuple[Any, Any, str | None]:
    """Return the values and derivatives of some samples, and why one was not compiled."""
    values, derivatives = np.zeros((2, SAMPLES, 1))
    (direction,) = directions(("p",), {"p": 0.6})
    given = program.given({"p": 0.6}, direction)
    told = program._sampler.pick(given, mode)[0](given, 1, 0, values, derivatives)
    return values, derivatives, told


@pytest.mark.parametrize("name", PROGRAMS)
def test_compiled_samples_are_the_interpreted_ones(name: str) -> None:
    program = program_of(textwrap.dedent(PROGRAMS[name]))
    assert program._sampler.functions.on_carried_values
    values, derivatives, _ = run(program, "interpreted")
    found, slopes, told = run(program, "compiled")
    assert told is None and np.ptp(values) > 0 and np.ptp(derivatives) > 0
    np.testing.assert_allclose(found, values, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(slopes, derivatives, rtol=1e-9, atol=1e-9)


def test_the_densities_that_are_expressions_are_the_same() -> None:
    from stochtrace.carried.numba_densities import ARITHMETIC

    assert set(ARITHMETIC) == set(densities.ARITHMETIC) <= set(CALLS)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("stats.multivariate_normal.logpdf([y, p], [0.0, 1.0], [[1.0, 0.0], [0.0, 1.0]])", "carried by objects"),
        ("special.polygamma(1, 2.0) + stats.norm.logpdf(np.array([[y, p], [p, y]]), p)[0, 1]", "np_array"),
    ],
    ids=["of vectors", "of a table"],
)
def test_what_does_not_compile_is_interpreted_with_the_reason(source: str, reason: str) -> None:
    program = program_of(f"{HEAD.lstrip()}    return {source} if y > 0 else total\n")
    program.estimate(0.6, samples=20, seed=1)
    assert program.fallback is not None and reason in program.fallback


@pytest.mark.parametrize("mode", ["compiled", "interpreted"])
def test_what_is_refused_is_refused_in_compiled_samples(mode: str) -> None:
    body = "    return stats.uniform.pdf(0.8, 0.0, p) * y if y > total else 0.0\n"
    with pytest.raises((Refused, Exception), match="jumps at an end of its support"):
        program_of(HEAD.lstrip() + body).estimate(0.6, samples=50, seed=1, mode=mode)
