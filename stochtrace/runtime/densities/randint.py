"""The discrete uniform distribution on low, ..., high - 1."""

from __future__ import annotations

from math import ceil, log

from stochtrace.runtime.densities.family import Family

FAMILY = Family("low high", "high > low", low="low", high="high - 1", discrete=True)


def log_mass(k: int, low: int, high: int) -> float:
    return -log(high - low)


def lower(k: int, low: int, high: int) -> float:
    return (k - low + 1.0) / (high - low)


def upper(k: int, low: int, high: int) -> float:
    return (high - k - 1.0) / (high - low)


def quantile(q: float, low: int, high: int) -> int:
    return ceil(q * (high - low)) + int(low) - 1
