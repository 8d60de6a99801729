"""Extreme parameters, all combinations: a draw and its derivative, or an error that names the parameter, in both modes.

No other error, no NaN, and compiled the same: bit for bit where the outcome is discrete.
"""

from __future__ import annotations

import inspect
import itertools
import math
import re
from typing import Any

import numpy as np
import pytest
from harness import generate, program_of
from mpmath import mp, mpf
from test_bad_input import SCALAR, WHOLE, WHOLE_IN
from test_pathwise import Fixed

from stochtrace import runtime
from stochtrace.runtime.checks import DOMAINS, DomainError
from stochtrace.runtime.distributions.zipf_law import LARGEST, zeta_sums
from stochtrace.runtime.jumps import EveryJump

SITE = 1
UNIFORMS = (2.0**-53, 0.3, 1 - 2.0**-53)
EXTREME = (5e-324, 1e-300, 1e-20, 1e-9, 1e-3, 1.0, 1 + 1e-9, 1e3, 1e7, 1e10, 1e15, 1e20, 1e300, 1.7e308)
FEWER = (0.0, 1e-300, 1e-9, -1.0, 1.0, 1e6, 1e300, -1.7e308)
COUNTS = (0, 1, 50, 10**4, 10**9, 2**53)
FRAME = (1e-300, 1.0, 1e280)  # 0 times an infinite draw is NaN
SUMMED = (1e-300, 1e-9, 1.0, 1e7, 1e15, 1e300)  # shapes of a distribution of which all outcomes are summed


class Total:
    """The sum of the weights that are offered; none is kept."""

    total, threshold = 0.0, math.inf


def names_of(pair: Any) -> list[str]:
    return list(inspect.signature(getattr(runtime, pair.name)).parameters)[2:]


def whole(pair: Any, name: str) -> bool:
    return name in WHOLE | WHOLE_IN.get(pair.name, set())


def grid(pair: Any) -> list[tuple[float, ...]]:
    """All combinations of extreme parameters, of fewer where there are three."""
    names = names_of(pair)
    values = SUMMED if pair.name == "betabinom" else EXTREME if len(names) < 3 else FEWER
    columns = [COUNTS if whole(pair, n) else FRAME if n in ("loc", "scale") else values for n in names]
    return list(itertools.product(*columns))


def interpreted(pair: Any, at: tuple[float, ...], w: float) -> tuple[float, ...] | None:
    """The draw twice, alone and with its tangent or weight of jumps; None where the error names a parameter."""
    try:
        x = getattr(runtime, pair.name)(Fixed(w), SITE, *at)
        rule = getattr(runtime, f"{pair.name}_d", None)
        if rule is None:
            return (x,)
        paired = zip(names_of(pair), at, strict=True)
        given = [v for n, a in paired for v in ((a, 1.0) if pair.has_tangent(n) else (a,))]
        if pair.continuous:
            return (x, *rule(Fixed(w), SITE, *given))
        jumps = Total()
        return x, rule(Fixed(w), jumps, SITE, *given), jumps.total
    except DomainError as error:
        assert error.args[0] == SITE and error.args[1] in DOMAINS[pair.name]
        return None


def compiled(pair: Any) -> Any:
    """The same, compiled."""
    numba = pytest.importorskip("numba", reason="both ways to run are compared")
    from stochtrace.runtime import numba_side

    given = [f"k[{i}]" if whole(pair, n) else f"v[{i}]" for i, n in enumerate(names_of(pair))]
    text = f"def call(omegas, jumps, v, k, out):\n    out[0] = rule(omegas[0], {SITE}, {', '.join(given)})\n"
    space: dict[str, Any] = {"rule": getattr(runtime, pair.name), "rule_d": getattr(runtime, f"{pair.name}_d", None)}
    if space["rule_d"] is not None:
        dotted = [f"{g}, 1.0" if pair.has_tangent(n) else g for n, g in zip(names_of(pair), given, strict=True)]
        text += f"    omegas[0].visits[{SITE}] = 0\n"
        call = f"rule_d(omegas[0], {'' if pair.continuous else 'jumps[0], '}{SITE}, {', '.join(dotted)})"
        text += f"    out[1], out[2] = {call}\n" if pair.continuous else f"    out[1] = {call}\n"
        text += "" if pair.continuous else "    out[2] = jumps[0].total\n"
    exec(text, space)
    function = numba.njit(space["call"])

    def run(at: tuple[float, ...], w: float) -> Any:
        omegas, jumps = np.zeros(1, numba_side.omega_type(SITE)), np.zeros(1, numba_side.JUMPS_TYPE)
        omegas["buffer"][0, SITE], omegas["filled"][0, SITE], omegas["site"] = w, 4, -1
        jumps["threshold"], out = math.inf, np.zeros(3)
        reals = np.array([0.0 if isinstance(a, int) else a for a in at])
        try:
            function(omegas, jumps, reals, np.array([a if isinstance(a, int) else 0 for a in at]), out)
        except DomainError:
            return None
        return out

    return run


@pytest.mark.parametrize("pair", SCALAR, ids=lambda pair: pair.name)
def test_extreme_parameters_are_drawn_or_named(pair: Any) -> None:
    run, drawn = compiled(pair), 0
    for at in grid(pair):
        for w in UNIFORMS:
            found, other = interpreted(pair, at, w), run(at, w)
            assert (found is None) == (other is None), (at, w, found, other)
            if found is not None:
                drawn += 1
                assert not any(map(math.isnan, found)) and len({*found[:2]}) == 1, (at, w, found)
                # the modes share their formulas: 1e-7 sees another branch, or a corner that has lost half its digits
                rel = 1e-7 if pair.continuous else 0.0 if pair.name != "integers" else 1e-12
                assert found == pytest.approx(tuple(other[: len(found)]), rel=rel, abs=0.0), (at, w, found, other)
    assert drawn > len(UNIFORMS)


@pytest.mark.parametrize("a", [1.02, 1.05, 1.3])
def test_large_outcomes_of_zipf_have_jumps_that_rounding_keeps(a: float) -> None:
    """d/da E[log X] with all jumps, on a lattice of uniforms: without strides it is off by 5 % at 1.02 and 1.05."""

    def mean(a: float) -> float:
        (whole, logs), (beyond, beyond_logs) = zeta_sums(1.0, a), zeta_sums(LARGEST, a)
        return (logs - beyond_logs) / (whole - beyond)

    points, total = 4000, 0.0
    for i in range(points):
        jumps = EveryJump()
        k = runtime.zipf_d(Fixed((i + 0.5) / points), jumps, SITE, a, 1.0)
        total += sum(jump.weight * (math.log(jump.to) - math.log(k)) for jump in jumps.chosen())
    assert total / points == pytest.approx((mean(a + 1e-6) - mean(a - 1e-6)) / 2e-6, rel=5e-3)


def student(t: Any, n: Any) -> Any:
    """The distribution function of Student's t, by its density."""
    norm = mp.exp(mp.loggamma((n + 1) / 2) - mp.loggamma(n / 2)) / mp.sqrt(n * mp.pi)
    return mpf(1) / 2 + norm * mp.quad(lambda u: (1 + u * u / n) ** (-(n + 1) / 2), [0, t])


@pytest.mark.parametrize("df", [9e5, 2e6, 9e7, 2e8, 1e10])
@pytest.mark.parametrize("w", [1e-9, 0.01, 0.4999, 0.7])
def test_students_t_of_many_degrees_of_freedom(df: float, w: float) -> None:
    """By the distribution function, around the numbers from which a series takes the place of inverse and integral."""
    x, x_dot = runtime.standard_t_d(Fixed(w), SITE, df, 1.0)
    with mp.workdps(60):
        t, n, h = mpf(x), mpf(df), mpf(df) * mpf(10) ** -15
        density, flow = mp.diff(lambda u: student(u, n), t), (student(t, n + h) - student(t, n - h)) / (2 * h)
        assert float(student(t, n)) == pytest.approx(w, rel=1e-12)
        assert x_dot == pytest.approx(float(-flow / density), rel=1e-9)


WRITTEN = ("rng.beta(1e300, p)", "rng.vonmises(1e300, p)", "rng.vonmises(p, 1e16)", "rng.f(3e-10, p)")


@pytest.mark.parametrize("draw", WRITTEN)
def test_a_number_that_is_written_is_tested_too(draw: str, mode: str) -> None:
    """Where the derivative is written out, a test is left away only of a number that passes it."""
    program = program_of(f"import numpy as np\n\ndef f(p, rng: 'np.random.Generator'):\n    return {draw}\n")
    with pytest.raises(DomainError, match=r"model.py:4: \w+: \w+ = [0-9.e+-]+ is outside"):
        program.estimate(1.0, samples=3, seed=1, mode=mode)
    inside = generate(f"def f(p, rng):\n    return {re.sub('1e16|1e300|3e-10', '2.5', draw)}\n")
    assert "rt.require(" in inside and not re.search(r"rt\.require\(.* 2\.5\)", inside)
