"""Write tests/data/continuous.json: quantiles, densities and slopes, with 60 digits or more.

    python tests/make_continuous_reference.py [name ...]

A row gives, for a point of the parameters and a uniform w, the quantile x, the density there, and dx/dθ for each
parameter θ. Quantile functions are differentiated numerically as they are; distributions that have none in closed form
are given by their cdf, solved for x, and differentiated by the implicit function theorem. Names given on the command
line are computed again, the others are kept.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mpmath import mp, mpf
from test_pathwise import SITE, Fixed

from stochtrace import runtime

TABLE = Path(__file__).parent / "data" / "continuous.json"
# beyond both ends of what ω can return, both tails, the middle
UNIFORMS = (1e-300, 1e-100, 2.0**-53, 1e-9, 0.01, 0.3, 0.5 - 2.0**-53, 0.5, 0.7, 0.975, 1 - 1e-9, 1 - 2.0**-53)
SHAPES = ((0.01,), (0.3,), (1.0,), (7.5,), (1e4,))
PLACES = ((0.0, 1.0), (-3.0, 0.2), (0.5, 40.0))
LARGEST = 1e300  # beyond, a double overflows
Quantile = Callable[..., Any]


class Closed(NamedTuple):
    """A distribution by its quantile function."""

    quantile: Quantile
    points: Sequence[tuple[float, ...]]

    def rows(self, at: tuple[float, ...], name: str) -> Iterator[list[Any]]:
        """The rows of one point of the parameters."""
        exact = [mpf(a) for a in at]
        for w in UNIFORMS:
            mp.dps = 130 if w > 1e-20 else 450  # numbers of 1e-300 stand beside those of size 1
            x = self.quantile(mpf(w), *exact)
            if abs(x) < LARGEST:
                density = 1 / derivative(lambda u: self.quantile(u, *exact), mpf(w))
                slopes = [slope(lambda *t, w=w: self.quantile(mpf(w), *t), exact, i) for i in range(len(at))]
                yield [w, float(x), float(density), [float(s) for s in slopes]]


class Implicit(NamedTuple):
    """A distribution by its cdf; with so many digits, and then not for uniforms that are all but 0."""

    cdf: Callable[..., Any]
    points: Sequence[tuple[float, ...]]
    digits: int = 0

    def rows(self, at: tuple[float, ...], name: str) -> Iterator[list[Any]]:
        """The rows of one point of the parameters."""
        exact = [mpf(a) for a in at]
        for w in UNIFORMS:
            mp.dps = self.digits or (130 if w > 1e-20 else 450)
            if w > 1e-20 or not self.digits:
                x = mpf(getattr(runtime, name)(Fixed(w), SITE, *at))
                if x == 0:
                    assert self.cdf(mpf(10) ** -300, *exact) > w, "a quantile that a double can hold"
                    yield [w, 0.0, 0.0, [0.0 for _ in at]]
                    continue
                x = self.root(mpf(w), exact, x)
                density = derivative(lambda t: self.cdf(t, *exact), x)
                flows = [slope(lambda *t, x=x: self.cdf(x, *t), exact, i) for i in range(len(at))]
                yield [w, float(x), float(density), [float(-f / density) for f in flows]]

    def root(self, w: Any, at: Sequence[Any], x: Any) -> Any:
        """The quantile, by Newton's method with one slope, from the draw under test, which must be next to it."""
        density = derivative(lambda t: self.cdf(t, *at), x)
        for _ in range(12):
            excess = self.cdf(x, *at) - w
            if abs(excess) < w * mpf(10) ** -25:
                return x
            x -= excess / density
        raise ArithmeticError(f"no root: {w}, {at}, {x}")


def derivative(function: Callable[[Any], Any], x: Any) -> Any:
    """The derivative by a central difference, its step a quarter of the digits down from x, or from 1 where x is 0."""
    h = (abs(x) or mpf(1)) * mpf(10) ** (-mp.dps // 4)
    return (function(x + h) - function(x - h)) / (2 * h)


def slope(function: Callable[..., Any], at: Sequence[Any], i: int) -> Any:
    """The derivative in argument i; 0 in an infinite one."""
    return mpf(0) if mp.isinf(at[i]) else derivative(lambda t: function(*at[:i], t, *at[i + 1 :]), at[i])


def normal_quantile(w: Any) -> Any:
    """The normal quantile; w below 1/2 by Newton's method on log Phi, which keeps its digits in the tail."""
    if w > mpf(1) / 2:
        return -normal_quantile(1 - w)
    z = -mp.sqrt(-2 * mp.log(w)) if w < 0.02 else mp.sqrt(2) * mp.erfinv(2 * w - 1)
    for _ in range(12):
        z -= (mp.log(mp.ncdf(z)) - mp.log(w)) * mp.ncdf(z) / mp.npdf(z)
    return z


def triangular(w: Any, left: Any, mode: Any, right: Any) -> Any:
    if w * (right - left) < mode - left:
        return left + mp.sqrt(w * (right - left) * (mode - left))
    return right - mp.sqrt((1 - w) * (right - left) * (right - mode))


def truncnorm(w: Any, a: Any, b: Any, loc: Any, scale: Any) -> Any:
    if a > 0:
        return loc - truncnorm(1 - w, -b, -a, mpf(0), scale)
    return loc + scale * normal_quantile((1 - w) * mp.ncdf(a) + w * mp.ncdf(b))


def laplace(w: Any, loc: Any, scale: Any) -> Any:
    return loc + scale * (mp.log(2 * w) if 2 * w < 1 else -mp.log(2 * (1 - w)))


def cauchy(w: Any, loc: Any, scale: Any) -> Any:
    return loc - scale * mp.cot(mp.pi * w)


def wald(x: Any, mean: Any, scale: Any) -> Any:
    root = mp.sqrt(scale / x)
    return mp.ncdf(root * (x / mean - 1)) + mp.exp(2 * scale / mean) * mp.ncdf(-root * (x / mean + 1))


def skewnorm(x: Any, a: Any, loc: Any, scale: Any) -> Any:
    """The integral of the density; of the thin tail, or from 0 on, cut where the step of Phi(a t) is over."""
    z, sign = ((x - loc) / scale, 1) if a >= 0 else ((loc - x) / scale, -1)
    a = abs(a)

    def inside(t: Any) -> Any:
        return mp.exp(-t * t / 2) * mp.erfc(-a * t / mp.sqrt(2)) / mp.sqrt(2 * mp.pi)

    if z < 0:
        unit = 1 / (1 + a * a) / (1 / mp.sqrt(1 + a * a) + abs(z))
        cdf = mp.quad(inside, [z - k * unit for k in (200, 100, 50, 20, 10, 5, 2, 1, 0)])
    else:
        cuts = [k * min(z, 1 / (1 + a)) for k in range(1, 17)]
        cdf = mp.atan2(1, a) / mp.pi + mp.quad(inside, [0, *[c for c in cuts if c < z], z])
    return cdf if sign > 0 else 1 - cdf


def vonmises(x: Any, mu: Any, kappa: Any) -> Any:
    """The integral of the density from -pi on, in pieces of 4 standard deviations near its mode."""
    unit = 1 / mp.sqrt(kappa + 1)
    cuts = sorted(mu + 2 * mp.pi * turn + k * unit for turn in (-1, 0, 1) for k in range(-24, 25, 4))

    def inside(t: Any) -> Any:
        return mp.exp(kappa * (mp.cos(t - mu) - 1))

    low, high = min(-mp.pi, x), max(-mp.pi, x)
    whole = mp.quad(inside, [low, *[c for c in cuts if low < c < high], high])
    return mp.sign(x + mp.pi) * whole * mp.exp(kappa) / (2 * mp.pi * mp.besseli(0, kappa))


def noncentral_chisquare(x: Any, df: Any, nonc: Any) -> Any:
    """The Poisson mixture, its parts by the upward recurrence: 130 digits allow it."""
    a, y = df / 2, x / 2
    u = y**a * mp.exp(-y) / mp.gamma(a + 1)
    return mixture(mp.gammainc(a, 0, y, regularized=True), u, lambda j: y / (a + j), nonc / 2)


def noncentral_f(x: Any, dfnum: Any, dfden: Any, nonc: Any) -> Any:
    """The same, of beta variables."""
    a, b = dfnum / 2, dfden / 2
    z = dfnum * x / (dfden + dfnum * x)
    u = z**a * (1 - z) ** b / (a * mp.beta(a, b))
    return mixture(mp.betainc(a, b, 0, z, regularized=True), u, lambda j: z * (a + b + j - 1) / (a + j), nonc / 2)


def mixture(part: Any, u: Any, growth: Callable[[int], Any], m: Any) -> Any:
    """The sum of P(J = j) part_j, part_(j+1) = part_j - u_j."""
    weight, total, j = mp.exp(-m), mpf(0), 0
    while j < m or weight > mpf(10) ** -75:
        total += weight * part
        part -= u
        j += 1
        u *= growth(j)
        weight *= m / j
    return total


DISTRIBUTIONS: dict[str, Closed | Implicit] = {
    "gumbel": Closed(lambda w, m, s: m - s * mp.log(-mp.log(w)), PLACES),
    "laplace": Closed(laplace, PLACES),
    "logistic": Closed(lambda w, m, s: m + s * mp.log(w / (1 - w)), PLACES),
    "cauchy": Closed(cauchy, PLACES),
    "rayleigh": Closed(lambda w, s: s * mp.sqrt(-2 * mp.log1p(-w)), [(1.0,), (1e-3,), (40.0,)]),
    "halfnorm": Closed(lambda w, m, s: m + s * mp.sqrt(2) * mp.erfinv(w), PLACES),
    "symmetric_triangular": Closed(
        lambda w, a, b: triangular(w, a, (a + b) / 2, b), [(0.0, 1.0), (-2.0, 3.5), (1.0, 1.5)]
    ),
    "weibull": Closed(
        lambda w, a, s: s * mp.exp(mp.log(-mp.log1p(-w)) / a),
        [(0.01, 1.0), (0.3, 2.0), (1.0, 0.1), (7.5, 3.0), (1e4, 1.0)],
    ),
    "pareto": Closed(lambda w, a: mp.expm1(-mp.log1p(-w) / a), SHAPES),
    "classical_pareto": Closed(lambda w, a: mp.exp(-mp.log1p(-w) / a), SHAPES),
    "power": Closed(lambda w, a: mp.exp(mp.log(w) / a), SHAPES),
    "triangular": Closed(
        triangular, [(0.0, 0.3, 1.0), (-2.0, 1.0, 3.5), (0.0, 1e-9, 1.0), (1.0, 100.0, 100.5), (-1.0, -0.5, 0.0)]
    ),
    "wald": Implicit(
        wald, [(1.0, 1.0), (3.0, 0.03), (0.2, 2.0), (1e3, 0.1), (1e-3, 1.0), (1.0, 1e4), (5.0, 0.5), (0.7, 1e-6)]
    ),
    "skewnorm": Implicit(
        skewnorm,
        [
            (0.0, 0.2, 1.0),
            (0.01, -3.0, 0.2),
            (1.0, 0.5, 40.0),
            (-3.0, 0.0, 1.0),
            (30.0, 0.0, 1.0),
            (1e4, 0.0, 1.0),
            (-1e4, 0.0, 1.0),
        ],
        digits=60,
    ),
    "vonmises": Implicit(
        vonmises,
        [(0.1, 1.0), (1.2, 0.01), (-2.5, 0.3), (3.1, 1.5), (-1.0, 7.5), (3.0, 30.0), (0.5, 200.0), (2.0, 1e4)],
        digits=60,
    ),
    "vonmises_from_zero": Implicit(
        lambda x, mu, kappa: vonmises(x - mp.pi, mu - mp.pi, kappa),
        [(0.0, 1.0), (1.2, 0.01), (-2.5, 0.3), (6.1, 1.5), (3.0, 200.0)],
        digits=60,
    ),
    "noncentral_chisquare": Implicit(
        noncentral_chisquare,
        [(1.0, 1.0), (0.01, 3.0), (0.3, 0.001), (7.5, 100.0), (1e4, 30.0), (2.0, 2000.0), (0.5, 40.0)],
        digits=130,
    ),
    "noncentral_f": Implicit(
        noncentral_f,
        [(1.0, 3.0, 1.0), (0.1, 8.0, 3.0), (7.5, 0.5, 20.0), (200.0, 50.0, 100.0), (3.0, 1e4, 5.0), (2.0, 30.0, 1e3)],
        digits=130,
    ),
    "truncnorm": Closed(
        truncnorm,
        [
            (-1.0, 2.0, 0.0, 1.0),
            (-0.3, 0.2, 1.0, 2.0),
            (-8.0, 8.0, -3.0, 0.5),
            (1.5, 9.0, 0.0, 1.0),
            (-40.0, -6.0, 0.0, 1.0),
            (6.0, 7.0, 0.0, 3.0),
            (45.0, 46.0, 0.0, 1.0),
            (100.0, 101.0, 0.0, 1.0),
            (-1e3, -300.0, 0.0, 1.0),
            (-float("inf"), 1.0, 0.0, 1.0),
            (-2.0, float("inf"), 0.0, 1.0),
            (30.0, float("inf"), 0.0, 1.0),
        ],
    ),
}


def main(names: Sequence[str]) -> None:
    """Compute the rows of these distributions, or of all."""
    table = json.loads(TABLE.read_text()) if TABLE.exists() else {}
    for name in names or DISTRIBUTIONS:
        distribution = DISTRIBUTIONS[name]
        table[name] = [{"at": at, "rows": list(distribution.rows(at, name))} for at in distribution.points]
    lines = [f"{json.dumps(name)}: {json.dumps(table[name])}" for name in sorted(table)]
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
