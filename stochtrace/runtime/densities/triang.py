"""The triangular distribution on [0, 1] with mode c."""

from __future__ import annotations

from math import sqrt

from stochtrace.runtime.densities.family import Family, log_of

FAMILY = Family("c", "0 <= c <= 1", low="0.0", high="1.0")


def rises(z: float, c: float) -> bool:
    """Tell whether z is below the mode."""
    return z < c or c == 1.0


def log_density(z: float, c: float) -> float:
    return log_of(2.0 * z / c) if rises(z, c) else log_of(2.0 * (1.0 - z) / (1.0 - c))


def score(z: float, c: float) -> float:
    return 1.0 / z if rises(z, c) else -1.0 / (1.0 - z)


def score_c(z: float, c: float) -> float:
    return -1.0 / c if rises(z, c) else 1.0 / (1.0 - c)


def lower(z: float, c: float) -> float:
    return z * z / c if rises(z, c) else 1.0 - (1.0 - z) ** 2 / (1.0 - c)


def upper(z: float, c: float) -> float:
    return 1.0 - z * z / c if rises(z, c) else (1.0 - z) ** 2 / (1.0 - c)


def quantile(q: float, c: float) -> float:
    return sqrt(c * q) if q < c else 1.0 - sqrt((1.0 - c) * (1.0 - q))


def upper_quantile(q: float, c: float) -> float:
    return sqrt(c * (1.0 - q)) if 1.0 - q < c else 1.0 - sqrt((1.0 - c) * q)


def slope_c(z: float, c: float) -> float:
    return z / (2.0 * c) if rises(z, c) else (1.0 - z) / (2.0 * (1.0 - c))
