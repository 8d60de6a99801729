"""The Zipf distribution on all of 1, 2, ..."""

from __future__ import annotations

from math import log

from stochtrace.runtime.densities.family import Family
from stochtrace.runtime.distributions.zipf_law import zeta_sums

FAMILY = Family("a", "a > 1", low="1", high="inf", discrete=True)


def log_mass(k: int, a: float) -> float:
    return -a * log(k) - log(zeta_sums(1.0, a)[0])


def score_a(k: int, a: float) -> float:
    total, logs = zeta_sums(1.0, a)
    return logs / total - log(k)


def lower(k: int, a: float) -> float:
    return 1.0 - upper(k, a)


def upper(k: int, a: float) -> float:
    return zeta_sums(k + 1.0, a)[0] / zeta_sums(1.0, a)[0]


def flow_a(k: int, a: float) -> float:
    """dF/da: the masses on both sides of k, times the difference of their means of log X."""
    (total, logs), (tail, tail_logs) = zeta_sums(1.0, a), zeta_sums(k + 1.0, a)
    return ((total - tail) * tail_logs - tail * (logs - tail_logs)) / (total * total)


def quantile(q: float, a: float) -> int:
    """The sum as an integral, then steps."""
    target = (1.0 - q) * zeta_sums(1.0, a)[0]
    x = max(1.0, ((a - 1.0) * target) ** (-1.0 / (a - 1.0)) // 1.0)
    if x > 2.0**52 * min(1.0, a - 1.0):
        return int(min(x, 2.0**62))
    while zeta_sums(x + 1.0, a)[0] > target:
        x += 1.0
    while x > 1.0 and zeta_sums(x, a)[0] <= target:
        x -= 1.0
    return int(x)
