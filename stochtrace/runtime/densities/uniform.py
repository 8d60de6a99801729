"""The uniform distribution."""

from __future__ import annotations

from stochtrace.runtime.densities.family import Family

FAMILY = Family(low="0.0", high="1.0")


def log_density(z: float) -> float:
    return 0.0


def score(z: float) -> float:
    return 0.0


def lower(z: float) -> float:
    return z


def upper(z: float) -> float:
    return 1.0 - z


def quantile(q: float) -> float:
    return q


def upper_quantile(q: float) -> float:
    return 1.0 - q
