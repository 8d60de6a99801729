"""Densities and distribution functions: values against SciPy's, all partials against a table of exact numbers.

`tests/data/densities.json` is made by `make_densities_reference.py`. What it has of a law, its log density, both tails
and their derivatives, says all methods and all partials.
"""

from __future__ import annotations

import importlib
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from make_densities_reference import LAWS, Law
from mpmath import mp, mpf
from scipy import stats

from stochtrace.runtime import stats as ours
from stochtrace.runtime.checks import DomainError
from stochtrace.spellings import SPELLINGS
from stochtrace.transform.densities import METHODS, fixed

TABLE: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "data" / "densities.json").read_text(encoding="utf-8")
)
ROWS = {r.method: r for r in SPELLINGS if r.makers == "scipy" and hasattr(getattr(stats, r.method), "ppf")}
TAILS = ("cdf", "sf", "logcdf", "logsf")


def family(name: str) -> Any:
    return importlib.import_module(f"stochtrace.runtime.densities.{name}").FAMILY


def methods(name: str) -> list[str]:
    skipped = ("pdf", "logpdf") if family(name).discrete else ("pmf", "logpmf")
    return [m for m in METHODS if m not in skipped]


def arguments(name: str, method: str) -> list[str]:
    first = "q" if method in ("ppf", "isf") else "k" if family(name).discrete else "x"
    return [first, *family(name).shapes.split(), *([] if family(name).discrete else ["loc", "scale"])]


def expected(row: dict[str, Any], method: str) -> tuple[list[float], float, dict[int, float]]:
    """Arguments, value and partials of a method, from a row of the table."""
    slopes = {int(i): v for i, v in row["lower_slopes"].items()}
    scores = {int(i): v for i, v in row["log_density_slopes"].items()}
    at, density = row["at"], math.exp(row["log_density"])
    if method in ("ppf", "isf"):
        tail, sign = (row["lower"], 1.0) if method == "ppf" else (row["upper"], -1.0)
        moved = {i: -v / density for i, v in slopes.items() if i}
        return [tail, *at[1:]], at[0], {0: sign / density, **moved}
    if method in TAILS:
        tail, sign = (row["lower"], 1.0) if "cdf" in method else (row["upper"], -1.0)
        logs = method.startswith("log")
        rates = {i: sign * v / (tail if logs else 1.0) for i, v in slopes.items()} if tail else {}
        return at, (math.log(tail) if tail else -math.inf) if logs else tail, rates
    if method.startswith("log"):
        return at, row["log_density"], scores
    return at, density, {i: density * v for i, v in scores.items()}


def cases() -> Iterator[Any]:
    for name in TABLE:
        for method in methods(name):
            yield pytest.param(name, method, id=f"{name}.{method}")


def test_every_distribution_is_in_the_table() -> None:
    """And takes SciPy's parameters."""
    assert set(TABLE) == set(ROWS)
    for name in TABLE:
        assert family(name).shapes == (getattr(stats, name).shapes or "").replace(",", "")


@pytest.mark.parametrize(("name", "method"), list(cases()))
def test_values_and_partials_are_exact(name: str, method: str) -> None:
    discrete = family(name).discrete
    seen: set[str] = set()
    for row in TABLE[name]:
        at, value, slopes = expected(row, method)
        if name == "vonmises":
            at = at[:-1]
        if (discrete and method in ("ppf", "isf")) or math.isinf(value):
            continue
        assert getattr(ours, f"{name}_{method}")(*at) == pytest.approx(value, rel=1e-10, abs=0.0)
        for i, slope in slopes.items():
            if i < len(at):
                by = arguments(name, method)[i]
                seen.add(by)
                found = getattr(ours, f"{name}_{method}_{by}")(*at)
                assert found == pytest.approx(slope, rel=1e-9, abs=0.0), (at, by)
    if not (discrete and method in ("ppf", "isf")):
        refused = dict(fixed(ROWS[name], arguments(name, method)[0], discrete))
        missing = set(arguments(name, method)) - seen - set(refused) - ({"scale"} if name == "vonmises" else set())
        assert not missing


ENDING = {"vonmises"} | {law.name for law in LAWS if law.real is not None or family(law.name).high != "inf"}
FAR = [(law, shapes) for law in LAWS if law.name not in ENDING for shapes in law.shapes]


@pytest.mark.parametrize(("law", "shapes"), FAR, ids=[f"{law.name}{shapes}" for law, shapes in FAR])
@pytest.mark.parametrize("q", [1e-9, 1e-20, 1e-60])
def test_upper_quantiles_keep_their_digits(law: Law, shapes: tuple[float, ...], q: float) -> None:
    """1 - q has lost them all. Rounding x moves the tail by a factor 1 + x hazard(x) 2**-53, 1e-13 at most here."""
    x = getattr(ours, f"{law.name}_isf")(q, *shapes)
    with mp.workdps(90):
        assert float((1 - law.lower(mpf(x), *map(mpf, shapes))) / mpf(q)) == pytest.approx(1.0, abs=1e-12)


FRAME = {name: (0,) if family(name).discrete else (0.3, 1.0 if name == "vonmises" else 1.7) for name in TABLE}
PLACES = (-60.0, -1.5, -1.0, 0.0, 0.3, 0.5, 1.0, 1.2, 2.0, 3.5, 7.0, 80.0, -math.inf, math.inf, math.nan)
CHANCES = (-0.1, 0.0, 0.1, 0.5, 0.875, 1.0, 1.1, math.nan)


def shapes_of(name: str) -> set[tuple[float, ...]]:
    count = len(family(name).shapes.split())
    return {tuple(row["at"][1 : 1 + count]) for row in TABLE[name]}


@pytest.mark.parametrize("name", TABLE)
def test_values_are_those_of_scipy_everywhere(name: str) -> None:
    """Outside the support, at its ends, at infinity; quantiles of 0, 1, and of what is no probability."""
    for shapes in shapes_of(name):
        at = (*shapes, *FRAME[name])
        frozen = getattr(stats, name)(*at)
        for method in methods(name):
            for x in CHANCES if method in ("ppf", "isf") else PLACES:
                whole = math.floor(x) if family(name).discrete and method in TAILS and math.isfinite(x) else x
                found, wanted = getattr(ours, f"{name}_{method}")(x, *at), float(getattr(frozen, method)(whole))
                if math.isnan(wanted) and (math.isinf(x) or name == "vonmises"):
                    continue  # SciPy knows no value: of the density of gamma at infinity, of the logarithm of turns
                if wanted == -math.inf and found < -36.0:
                    continue  # SciPy's logarithm of a tail that underflows
                assert found == pytest.approx(wanted, rel=1e-8, abs=1e-12, nan_ok=True), (method, x, shapes)


@pytest.mark.parametrize("name", TABLE)
def test_nothing_moves_outside_the_support_and_nothing_is_nan(name: str) -> None:
    """A density that jumps at an end that moves is an error there."""
    for shapes in shapes_of(name):
        at = (*shapes, *FRAME[name])
        low, high = getattr(stats, name)(*at).support()
        for method in methods(name)[:-2]:
            for by in arguments(name, method):
                if by in ("x", *real_arguments(name)):
                    partial = getattr(ours, f"{name}_{method}_{by}")
                    for x in PLACES[:-3]:
                        if method in ("pdf", "logpdf") and jumps(name, x, low, high, at, by):
                            with pytest.raises(DomainError, match="jumps at an end of its support"):
                                partial(x, *at)
                        else:
                            found = partial(x, *at)
                            assert not math.isnan(found), (method, by, x, shapes)
                            assert low <= x <= high or found == 0.0, (method, by, x, shapes)


def jumps(name: str, x: float, low: float, high: float, at: tuple[float, ...], by: str) -> bool:
    """Whether x is beyond an end at which the density is not 0, and which moves with an argument."""
    if low <= x <= high:
        return False
    end, step = (low, 1e-14) if x < low else (high, -1e-14)
    moved = [v + 0.01 * (b == by) for v, b in zip(at, arguments(name, "pdf")[1:], strict=True)]
    moves = by == "x" or getattr(stats, name)(*moved).support()[int(x > high)] != end
    return moves and (name == "truncnorm" or getattr(stats, name)(*at).pdf(end + step) > 0.1)


def real_arguments(name: str) -> list[str]:
    return [b for b in arguments(name, "cdf")[1:] if hasattr_partial(name, b) and (name, b) != ("vonmises", "scale")]


def hasattr_partial(name: str, by: str) -> bool:
    module = importlib.import_module(f"stochtrace.runtime.densities.{name}")
    return by in ("loc", "scale") or hasattr(module, f"score_{by}")


@pytest.mark.parametrize(
    ("call", "at"),
    [
        ("norm_logpdf", (0.5, 0.0, -1.0)),
        ("norm_ppf_loc", (0.5, 0.0, 0.0)),
        ("gamma_cdf", (0.5, -2.0)),
        ("truncnorm_pdf_a", (0.5, 2.0, 1.0)),
        ("poisson_logpmf_mu", (2, -1.0)),
        ("binom_pmf", (2, 2.5, 0.5)),
    ],
)
def test_parameters_outside_their_domain_give_nan(call: str, at: tuple[float, ...]) -> None:
    assert math.isnan(getattr(ours, call)(*at))


def test_probabilities_at_the_ends_of_their_domain_move() -> None:
    """P(k) is 0 or 1 there, and its derivative is not 0."""
    assert ours.bernoulli_pmf_p(1, 0.0) == 1.0
    assert ours.binom_pmf_p(1, 5, 0.0) == 5.0
    assert ours.binom_pmf_p(4, 5, 1.0) == -5.0
    assert ours.poisson_pmf_mu(1, 0.0) == 1.0
    assert ours.geom_pmf_p(2, 1.0) == -1.0
    assert ours.nbinom_pmf_p(1, 2.5, 1.0) == -2.5
    assert ours.expon_logpdf_scale(0.0, 0.0, 2.0) == -0.5


def test_elements_broadcast() -> None:
    x, scale = np.array([[0.5], [1.5]]), [1.0, 2.0, 3.0]
    assert ours.norm_cdf(x, 0.3, scale) == pytest.approx(stats.norm.cdf(x, 0.3, scale), rel=1e-14)
    assert ours.norm_cdf_scale(x, 0.3, scale).shape == (2, 3)


# what these are made of is compiled for others, or for the draws of their family
ALIKE = {
    "ncx2",
    "ncf",
    "skewnorm",
    "vonmises",
    "chi2",
    "invgamma",
    "halfnorm",
    "lognorm",
    "pareto",
    "lomax",
    "rayleigh",
}


@pytest.mark.parametrize("name", sorted(set(TABLE) - ALIKE))
def test_compiled_partials_have_the_same_numbers(name: str) -> None:
    """One that calls most of what a family consists of."""
    numba = pytest.importorskip("numba")
    from stochtrace.runtime import numba_side, numba_stats

    at = TABLE[name][len(TABLE[name]) // 2]["at"]
    by = [each for each in arguments(name, "logcdf")[1:] if hasattr_partial(name, each)]
    function = f"{name}_logcdf_{by[-3:][0]}" if by else f"{name}_logcdf"
    numba_stats.register([function], numba_side.register)
    space = {"ours": ours}
    exec(f"def called(x):\n    return ours.{function}({', '.join(['x', *map(repr, at[1:])])})", space)
    assert numba.njit(space["called"])(at[0]) == pytest.approx(space["called"](at[0]), rel=1e-12)
