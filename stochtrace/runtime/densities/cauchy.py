"""The Cauchy distribution."""

from __future__ import annotations

from math import atan2, log, log1p, pi, tan

from stochtrace.runtime.densities.family import Family

FAMILY = Family()


def log_density(z: float) -> float:
    return -log(pi) - log1p(z * z)


def score(z: float) -> float:
    return -2.0 * z / (1.0 + z * z)


def lower(z: float) -> float:
    return atan2(1.0, -z) / pi


def upper(z: float) -> float:
    return atan2(1.0, z) / pi


def quantile(q: float) -> float:
    if q < 0.25:
        return -1.0 / tan(pi * q)
    return tan(pi * (q - 0.5)) if q < 0.75 else 1.0 / tan(pi * (1.0 - q))


def upper_quantile(q: float) -> float:
    return -quantile(q)
