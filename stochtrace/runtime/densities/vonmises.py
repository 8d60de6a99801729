"""The von Mises distribution; its distribution function grows by 1 with each turn, as SciPy's does."""

from __future__ import annotations

from math import exp, floor, log, pi, sin

from stochtrace.runtime.densities.family import Family
from stochtrace.runtime.distributions.circular import (
    OPPOSITE,
    kappa_flow,
    log_tail,
    resultant_gap,
    vonmises_inverse,
    wrapped,
)
from stochtrace.runtime.functions.scipy_special import i0e

FAMILY = Family("kappa", "kappa >= 0")


def log_density(z: float, kappa: float) -> float:
    return -2.0 * kappa * sin(z / 2.0) ** 2 - log(2.0 * pi * i0e(kappa))


def score(z: float, kappa: float) -> float:
    return -kappa * sin(z)


def score_kappa(z: float, kappa: float) -> float:
    return resultant_gap(kappa) - 2.0 * sin(z / 2.0) ** 2


def tail(t: float, kappa: float) -> float:
    """Return the probability of angles from t in [0, pi] on."""
    return exp(log_tail(t, kappa)) if t < OPPOSITE else 0.0


def lower(z: float, kappa: float) -> float:
    t, turns = wrapped(z), floor((z + pi) / (2.0 * pi))
    return turns + (tail(-t, kappa) if t < 0.0 else 1.0 - tail(t, kappa))


def upper(z: float, kappa: float) -> float:
    t, turns = wrapped(z), floor((z + pi) / (2.0 * pi))
    return (tail(t, kappa) if t >= 0.0 else 1.0 - tail(-t, kappa)) - turns


def quantile(q: float, kappa: float) -> float:
    return vonmises_inverse(q, 0.0, kappa)


def upper_quantile(q: float, kappa: float) -> float:
    return -vonmises_inverse(q, 0.0, kappa)


def slope_kappa(z: float, kappa: float) -> float:
    return -kappa_flow(z, kappa)
