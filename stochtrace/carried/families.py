"""Continuous draws as standard variables: x = build(z, parameters), z = F⁻¹(ω).

Location, scale and powers are ordinary arithmetic on carried values, so most draws have a z without parameters. Where a
parameter is a shape, z is the draw itself: it moves at fixed ω, and its distribution function depends on the shape.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple

from stochtrace import runtime
from stochtrace.carried import smooth
from stochtrace.runtime import stats
from stochtrace.runtime.functions.scipy_special import erfinv
from stochtrace.runtime.functions.special import exp, expm1, ndtri

Function = Callable[..., Any]


class Standard(NamedTuple):
    """A distribution of a standard variable: quantile, both tails and density, after the shapes."""

    quantile: Function
    below: Function
    above: Function
    density: Function
    tail: float = 0.0  # |z| that no uniform of 53 bits goes beyond; 0: the quantiles of the first and the last say it


def logistic_tail(z: float) -> float:
    """Return 1 / (1 + exp(z))."""
    return 1 / (1 + math.exp(z)) if z < 700 else 0.0


UNIFORM = Standard(
    lambda w: w,
    lambda z: min(max(z, 0.0), 1.0),
    lambda z: min(max(1 - z, 0.0), 1.0),
    lambda z: 1.0 if 0 <= z <= 1 else 0.0,
)
EXPONENTIAL = Standard(
    lambda w: -math.log1p(-w),
    lambda z: -math.expm1(-z) if z > 0 else 0.0,
    lambda z: math.exp(-z) if z > 0 else 1.0,
    lambda z: math.exp(-z) if z > 0 else 0.0,
    37.5,
)
NORMAL = Standard(
    ndtri,
    lambda z: 0.5 * math.erfc(-z / math.sqrt(2)),
    lambda z: 0.5 * math.erfc(z / math.sqrt(2)),
    lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
    8.3,
)
HALF_NORMAL = Standard(
    lambda w: math.sqrt(2) * erfinv(w),
    lambda z: math.erf(z / math.sqrt(2)) if z > 0 else 0.0,
    lambda z: math.erfc(z / math.sqrt(2)) if z > 0 else 1.0,
    lambda z: 2 * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) if z > 0 else 0.0,
    8.3,
)
GUMBEL = Standard(
    lambda w: -math.log(-math.log(w)),
    lambda z: math.exp(-math.exp(-z)) if z > -700 else 0.0,
    lambda z: -math.expm1(-math.exp(-z)) if z > -700 else 1.0,
    lambda z: math.exp(-z - math.exp(-z)) if z > -700 else 0.0,
    37.5,
)
LOGISTIC = Standard(
    lambda w: math.log(w) - math.log1p(-w),
    lambda z: logistic_tail(-z),
    logistic_tail,
    lambda z: logistic_tail(z) * logistic_tail(-z),
    37.5,
)
LAPLACE = Standard(
    lambda w: math.log(2 * w) if w < 0.5 else -math.log(2 * (1 - w)),
    lambda z: 0.5 * math.exp(z) if z < 0 else 1 - 0.5 * math.exp(-z),
    lambda z: 0.5 * math.exp(-z) if z > 0 else 1 - 0.5 * math.exp(z),
    lambda z: 0.5 * math.exp(-abs(z)),
    37.5,
)
CAUCHY = Standard(
    lambda w: math.tan(math.pi * (w - 0.5)),
    lambda z: 0.5 + math.atan(z) / math.pi if z > -1 else math.atan(-1 / z) / math.pi,
    lambda z: 0.5 - math.atan(z) / math.pi if z < 1 else math.atan(1 / z) / math.pi,
    lambda z: 1 / (math.pi * (1 + z * z)),
    1e16,
)
TENT = Standard(
    lambda w: math.sqrt(w / 2) if w < 0.5 else 1 - math.sqrt((1 - w) / 2),
    lambda z: 2 * max(z, 0.0) ** 2 if z < 0.5 else 1 - 2 * max(1 - z, 0.0) ** 2,
    lambda z: 1 - 2 * max(z, 0.0) ** 2 if z < 0.5 else 2 * max(1 - z, 0.0) ** 2,
    lambda z: 4 * max(z, 0.0) if z < 0.5 else 4 * max(1 - z, 0.0),
)


class Family(NamedTuple):
    """How a draw is made of a standard variable; with `shapes`, of z = the draw of the shapes alone."""

    standard: Standard
    build: Function
    shapes: tuple[int, ...] = ()
    rest: tuple[float, ...] = ()  # the other parameters at which the runtime's sampler gives z itself


def of_stats(name: str, arguments: Function = lambda *shapes: shapes) -> Standard:
    """Return the distribution of a shape family from `runtime.stats`; its quantile is the runtime's sampler."""

    def called(method: str) -> Function:
        return lambda z, *shapes: getattr(stats, f"{name}_{method}").scalar(z, *arguments(*shapes))

    return Standard(lambda w, *shapes: math.nan, called("cdf"), called("sf"), called("pdf"))


def on_circle(start: float) -> Standard:
    """Return the von Mises distribution of angles from `start` on."""
    end = start + 2 * math.pi

    def cdf(z: float, kappa: float, mu: float) -> Any:
        return stats.vonmises_cdf.scalar(z, kappa, mu)

    return Standard(
        lambda w, *shapes: math.nan,
        lambda z, mu, kappa: cdf(z, kappa, mu) - cdf(start, kappa, mu),
        lambda z, mu, kappa: cdf(end, kappa, mu) - cdf(z, kappa, mu),
        lambda z, mu, kappa: stats.vonmises_pdf.scalar(z, kappa, mu),
    )


def _exp(x: Any) -> Any:
    return smooth.applied(exp, "exp", (x,)) if type(x) is smooth.Smooth else exp(x)


def _expm1(x: Any) -> Any:
    return smooth.applied(expm1, "expm1", (x,)) if type(x) is smooth.Smooth else expm1(x)


def _root(x: Any) -> Any:
    return smooth.applied(math.sqrt, "sqrt", (x,)) if type(x) is smooth.Smooth else math.sqrt(x)


def _moved(z: Any, loc: Any, scale: Any) -> Any:
    return loc + scale * z


FAMILIES: dict[str, Family] = {
    "read": Family(UNIFORM, lambda z: z),
    "uniform": Family(UNIFORM, lambda z, low, high: low + (high - low) * z),
    "uniform_between": Family(UNIFORM, lambda z, a, b: a + (b - a) * z),
    "exponential": Family(EXPONENTIAL, lambda z, scale: scale * z),
    "normal": Family(NORMAL, _moved),
    "lognormal": Family(NORMAL, lambda z, mean, sigma: _exp(mean + sigma * z)),
    "halfnorm": Family(HALF_NORMAL, _moved),
    "gumbel": Family(GUMBEL, _moved),
    "logistic": Family(LOGISTIC, _moved),
    "laplace": Family(LAPLACE, _moved),
    "cauchy": Family(CAUCHY, _moved),
    "rayleigh": Family(EXPONENTIAL, lambda z, scale: scale * _root(2 * z)),
    "weibull": Family(EXPONENTIAL, lambda z, a, scale: scale * z ** (1 / a)),
    "pareto": Family(EXPONENTIAL, lambda z, a: _expm1(z / a)),
    "classical_pareto": Family(EXPONENTIAL, lambda z, alpha: _exp(z / alpha)),
    "power": Family(UNIFORM, lambda z, a: z ** (1 / a)),
    "gamma": Family(of_stats("gamma"), lambda z, shape, scale: scale * z, (0,), (1.0,)),
    "chisquare": Family(of_stats("chi2"), lambda z, df: z, (0,)),
    "invgamma": Family(of_stats("invgamma"), lambda z, a, scale: scale * z, (0,), (1.0,)),
    "beta": Family(of_stats("beta"), lambda z, a, b: z, (0, 1)),
    "f": Family(of_stats("f"), lambda z, m, n: z, (0, 1)),
    "standard_t": Family(of_stats("t"), lambda z, df: z, (0,)),
    "noncentral_chisquare": Family(of_stats("ncx2"), lambda z, df, nonc: z, (0, 1)),
    "noncentral_f": Family(of_stats("ncf"), lambda z, m, n, nonc: z, (0, 1, 2)),
    "wald": Family(
        of_stats("invgauss", lambda mean, scale: (mean / scale, 0.0, scale)), lambda z, mean, scale: z, (0, 1)
    ),
    "vonmises": Family(on_circle(-math.pi), lambda z, mu, kappa: z, (0, 1)),
    "vonmises_from_zero": Family(on_circle(0.0), lambda z, mu, kappa: z, (0, 1)),
    "skewnorm": Family(of_stats("skewnorm"), lambda z, a, loc, scale: loc + scale * z, (0,), (0.0, 1.0)),
    "truncnorm": Family(of_stats("truncnorm"), lambda z, a, b, loc, scale: loc + scale * z, (0, 1), (0.0, 1.0)),
    "triangular": Family(
        of_stats("triang", lambda a, c, b: ((c - a) / (b - a), a, b - a)), lambda z, left, mode, right: z, (0, 1, 2)
    ),
    "symmetric_triangular": Family(TENT, lambda z, left, right: left + (right - left) * z),
}


class Fixed:
    """An ω that gives one uniform."""

    __slots__ = ("w",)
    site = visit = to = -1
    visits: ClassVar[dict[int, int]] = {-1: 0, 0: 0}

    def __init__(self, w: float) -> None:
        self.w = w

    def next(self, site: int) -> float:
        """Return the uniform."""
        return self.w


def sampled(name: str, w: float, arguments: Sequence[float], site: int = 0) -> float:
    """Return the draw of a distribution for one uniform, by the runtime's sampler, which checks the domain."""
    result: float = getattr(runtime, name)(Fixed(w), site, *arguments)
    return result


def flow_at(name: str, w: float, shapes: tuple[float, ...], shapes_dot: tuple[float, ...]) -> float:
    """Return the tangent at fixed ω of the standard variable of a shape family, for the tangents of its shapes."""
    family = FAMILIES[name]
    arguments = [part for pair in zip(shapes, shapes_dot, strict=True) for part in pair]
    arguments += [part for value in family.rest for part in (value, 0.0)]
    result: tuple[float, float] = getattr(runtime, f"{name}_d")(Fixed(w), 0, *arguments)
    return result[1]
