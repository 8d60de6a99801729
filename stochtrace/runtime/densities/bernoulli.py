"""The Bernoulli distribution."""

from __future__ import annotations

from stochtrace.runtime.densities.family import Family, log_of, over

FAMILY = Family("p", "0 <= p <= 1", low="0", high="1", discrete=True)


def log_mass(k: int, p: float) -> float:
    return log_of(p if k == 1 else 1.0 - p)


def score_p(k: int, p: float) -> float:
    return over(1.0, p) if k == 1 else -over(1.0, 1.0 - p)


def mass_p(k: int, p: float) -> float:
    return 1.0 if k == 1 else -1.0


def lower(k: int, p: float) -> float:
    return 1.0 - p


def upper(k: int, p: float) -> float:
    return p + 0.0


def flow_p(k: int, p: float) -> float:
    return -1.0


def quantile(q: float, p: float) -> int:
    return 0 if q <= 1.0 - p else 1
