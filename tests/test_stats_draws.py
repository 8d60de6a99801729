"""Draws of scipy.stats: every row of the table against SciPy's quantiles, programs against exact derivatives."""

from __future__ import annotations

import pytest
from harness import Queue, program_of
from programs.stats import STATS
from programs.table import Case
from scipy import stats
from tree import assert_exact

from stochtrace.spellings import SPELLINGS, Spelling

# by name: the shape parameters, as expressions in p = 0.6
SHAPES = {
    **{name: "" for name in ("norm", "expon", "uniform", "laplace", "logistic", "gumbel_r", "cauchy", "rayleigh")},
    **{
        name: "2 * p" for name in ("gamma", "chi2", "invgamma", "lognorm", "weibull_min", "pareto", "lomax", "powerlaw")
    },
    **{name: "p" for name in ("triang", "vonmises", "invgauss", "skewnorm", "bernoulli", "geom", "logser")},
    **{name: "p, 2 + p" for name in ("beta", "f")},
    "halfnorm": "",
    "t": "4 + p",
    "ncx2": "2 + p, p",
    "ncf": "3 + p, 7.0, p",
    "truncnorm": "-p, 2 * p",
    "binom": "7, p",
    "poisson": "5 * p",
    "nbinom": "2.5, p",
    "hypergeom": "20, 7, 12",
    "betabinom": "9, p, 2.0",
    "zipf": "1.5 + p",
    "randint": "-1, 6",
    "boltzmann": "p, 8",
    "planck": "p",
    "dlaplace": "p",
}
ROWS = [row for row in SPELLINGS if row.makers == "scipy"]


def test_every_row_has_shapes() -> None:
    assert {row.method for row in ROWS} == set(SHAPES)


@pytest.mark.parametrize("frame", ["", "loc=3", "loc=-1.5, scale=2.0"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.method)
def test_draw_is_the_quantile_of_scipy(row: Spelling, frame: str) -> None:
    if ("scale" in frame and "scale" not in row.call) or (frame and row.method == "vonmises"):
        pytest.skip("no scale here; an angle that is moved wraps around")
    given = ", ".join(part for part in (SHAPES[row.method], frame) if part)
    call = f"stats.{row.method}({given}).rvs(random_state=rng)"
    program = program_of(f"from scipy import stats\n\ndef f(p, rng):\n    return {call}\n", wrt=("p",))
    frozen = eval(f"stats.{row.method}({given})", {"stats": stats, "p": 0.6})
    for seed in range(8):
        w = Queue(seed).next(0)
        expected = frozen.ppf(1 - w if row.method == "bernoulli" else w)  # 1 where w < p
        assert program.primal(0.6, Queue(seed)) == pytest.approx(float(expected), rel=2e-9, abs=1e-12)


@pytest.mark.parametrize("case", STATS, ids=lambda case: case.name)
def test_derivative_is_exact(case: Case) -> None:
    program = program_of(case.source)
    assert_exact(program, case.at)
    pytest.importorskip("numba", reason="compares with compiled samples")
    compiled, plain = (program.estimate(**case.at, samples=200, seed=3, mode=m) for m in ("compiled", "interpreted"))
    assert compiled.value == pytest.approx(plain.value, rel=1e-12)
    assert compiled.derivative == pytest.approx(plain.derivative, rel=1e-11)
