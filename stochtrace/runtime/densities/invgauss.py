"""The inverse Gaussian distribution with mean mu and scale 1, as `distributions.inverse_gaussian` draws it."""

from __future__ import annotations

from math import exp, inf, log, pi, sqrt

from stochtrace.runtime.densities.family import LOG_ROOT_TWO_PI, Family
from stochtrace.runtime.distributions.inverse_gaussian import wald_inverse, wald_upper_inverse
from stochtrace.runtime.functions.scipy_special import erfcx

FAMILY = Family("mu", "mu > 0", low="0.0")


def log_density(z: float, mu: float) -> float:
    return -1.5 * log(z) - LOG_ROOT_TWO_PI - ((z - mu) / mu) ** 2 / (2.0 * z) if z > 0.0 else -inf


def score(z: float, mu: float) -> float:
    return -1.5 / z + (1.0 / z - z / (mu * mu)) / (2.0 * z)


def score_mu(z: float, mu: float) -> float:
    return (z - mu) / (mu * mu * mu)


def lower(z: float, mu: float) -> float:
    return below(z, mu) if z < mu else 1.0 - beyond(z, mu)


def upper(z: float, mu: float) -> float:
    return 1.0 - below(z, mu) if z < mu else beyond(z, mu)


def below(z: float, mu: float) -> float:
    """Return F(z) for z <= mu."""
    a, b = (z / mu - 1.0) / sqrt(z), (z / mu + 1.0) / sqrt(z)
    return exp(-a * a / 2.0) * (erfcx(-a / sqrt(2.0)) + erfcx(b / sqrt(2.0))) / 2.0


def beyond(z: float, mu: float) -> float:
    """Return 1 - F(z) for z >= mu."""
    a, b = (z / mu - 1.0) / sqrt(z), (z / mu + 1.0) / sqrt(z)
    return exp(-a * a / 2.0) * (erfcx(a / sqrt(2.0)) - erfcx(b / sqrt(2.0))) / 2.0


def quantile(q: float, mu: float) -> float:
    return wald_inverse(q, mu, 1.0)


def upper_quantile(q: float, mu: float) -> float:
    return wald_upper_inverse(q, mu, 1.0)


def slope_mu(z: float, mu: float) -> float:
    return z * sqrt(2.0 * pi * z) / (mu * mu) * erfcx((z / mu + 1.0) / sqrt(2.0 * z))
