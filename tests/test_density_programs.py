"""Densities in whole programs: the primal is the source, derivatives are exact, compiled the same numbers."""

from __future__ import annotations

import math

import pytest
from harness import every_direction, generate, given, program_of, run_original
from programs.densities import DENSITIES
from programs.table import Case
from scipy import stats
from stubs import Queue
from tree import assert_exact, derivative, enumerated

from stochtrace.estimation.shapes import flatten

KL = """
from scipy import stats

def kl(p, rng):
    i = rng.poisson(p)
    return stats.poisson.logpmf(i, p) - stats.nbinom.logpmf(i, 10, 0.25)
"""
SPECIAL = """
from scipy.special import gammaln, xlogy
import math

def kl(p, rng):
    i = rng.poisson(p)
    ours = xlogy(i, p) - p - gammaln(i + 1)
    return ours - gammaln(i + 10) + gammaln(10) + gammaln(i + 1) - 10 * math.log(0.25) - i * math.log(0.75)
"""
each = pytest.mark.parametrize("case", DENSITIES, ids=lambda case: case.name)


@each
def test_primal_is_the_source(case: Case) -> None:
    if "rvs" in case.source:
        pytest.skip("SciPy draws with a generator of its own")
    program = program_of(case.source)
    for seed in range(20):
        result = program.primal(*given(program, case.at), Queue(seed))
        expected = run_original(case.source, program, case.at, Queue(seed))
        assert flatten(result) == pytest.approx(flatten(expected), rel=1e-12)


@each
def test_derivative_is_exact(case: Case) -> None:
    assert_exact(program_of(case.source), case.at)


@pytest.mark.parametrize("case", [c for c in DENSITIES if "compiled" in c.name], ids=lambda case: case.name)
def test_compiled_program_has_the_same_numbers(case: Case) -> None:
    """Three of them: compiling takes seconds each."""
    pytest.importorskip("numba", reason="compares with compiled samples")
    program = program_of(case.source)
    compiled, plain = (program.estimate(**case.at, samples=100, seed=3, mode=m) for m in ("compiled", "interpreted"))
    assert compiled.value == pytest.approx(plain.value, rel=1e-12)
    assert compiled.derivative == pytest.approx(plain.derivative, rel=1e-10)


@pytest.mark.parametrize("source", [KL, SPECIAL], ids=["scipy.stats", "scipy.special"])
def test_divergence_has_its_closed_derivative(source: str) -> None:
    """d/dp sum P(i) log(P(i) / Q(i)) = sum P(i) (i/p - 1) log(P(i) / Q(i)); all outcomes, all jumps."""
    p = 10.0
    exact = math.fsum(
        stats.poisson.pmf(i, p) * (i / p - 1) * (stats.poisson.logpmf(i, p) - stats.nbinom.logpmf(i, 10, 0.25))
        for i in range(120)
    )
    program = program_of(source, "kl")
    with enumerated():
        (direction,) = every_direction(program, {"p": p})
        assert derivative(program, {"p": p}, 1, direction)[0] == pytest.approx(exact, rel=1e-11)


def test_partials_stand_beside_tangents() -> None:
    code = generate(
        "from scipy import stats\n\ndef f(p, rng):\n    x = rng.normal(p)\n    return stats.norm.pdf(x, 1, p)\n"
    )
    assert "return rt.stats.norm_pdf(x, 1, p)" in code
    assert "rt.stats.norm_pdf_x(x, 1, p) * x_dot + rt.stats.norm_pdf_scale(x, 1, p) * p_dot" in code
    assert "import stats" not in code


@pytest.mark.parametrize("mode", ["interpreted", "compiled"])
def test_a_density_that_jumps_between_samples_is_an_error(mode: str) -> None:
    """E f(p) = Phi(p + 1) - Phi(p), but every sample has the derivative 0."""
    pytest.importorskip("numba")
    source = "from scipy import stats\n\ndef f(p, rng):\n    return stats.uniform.pdf(rng.normal(), p, 1.0)\n"
    with pytest.raises(ValueError, match=r"^model_d.py:\d+: uniform.pdf jumps at an end .* ask before whether x is"):
        program_of(source).estimate(p=0.3, samples=50, seed=1, mode=mode)
