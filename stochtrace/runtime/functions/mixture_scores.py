"""Density of the Poisson mixtures in `mixtures`, and the derivatives of its logarithm: means over the parts.

With the weights that the parts have at y, d log g/dt is the mean of d log g_j/dt, where t is y or a parameter of the
parts g_j; and d log g/dm is the mean of g_{j+1} / g_j, less 1.
"""

from __future__ import annotations

from math import inf, lgamma, log, log1p

from stochtrace.runtime.functions.beta_quantiles import log_beta
from stochtrace.runtime.functions.mixtures import first_part, gain, growth, last_part
from stochtrace.runtime.functions.special import deviance, digamma, digamma_rise, stirling_error

LOG_TWO_PI = 1.8378770664093454836


def log_mixture_density(y: float, s: float, b: float, m: float) -> float:
    """Return log g(y), y >= 0."""
    if y == 0.0:
        return log_part_density(y, s, b) - m
    j = first_part(y, s, b, m)
    weight, total = 1.0, 0.0
    for k in range(j, last_part(y, s, b, m) + 1):
        total += weight
        weight *= gain(k + 1, y, s, b, m)
    log_weight = -m if j == 0 else -stirling_error(j) - deviance(float(j), m) - 0.5 * (LOG_TWO_PI + log(j))
    return log_weight + log_part_density(y, s + j, b) + log(total)


def log_part_density(y: float, a: float, b: float) -> float:
    """Return the logarithm of the density of b times a gamma variable of shape a over one of shape b."""
    if y == 0.0:
        if a != 1.0:
            return inf if a < 1.0 else -inf
        return 0.0
    if b == inf:
        return (a - 1.0) * log(y) - y - lgamma(a)
    return (a - 1.0) * log(y / b) - (a + b) * log1p(y / b) - log_beta(a, b) - log(b)


def place_score(y: float, s: float, b: float, m: float) -> float:
    """Return d log g/dy."""
    return mean_score(0, y, s, b, m)


def shape_score(y: float, s: float, b: float, m: float) -> float:
    """Return d log g/ds."""
    return mean_score(1, y, s, b, m)


def tail_score(y: float, s: float, b: float, m: float) -> float:
    """Return d log g/db, b finite."""
    return mean_score(2, y, s, b, m)


def noncentrality_score(y: float, s: float, b: float, m: float) -> float:
    """Return d log g/dm."""
    return mean_score(3, y, s, b, m) - 1.0


def mean_score(kind: int, y: float, s: float, b: float, m: float) -> float:
    """Return the mean of a derivative of the parts, under their weights at y."""
    j = first_part(y, s, b, m)
    weight, total, scores = 1.0, 0.0, 0.0
    for k in range(j, last_part(y, s, b, m) + 1):
        total += weight
        scores += weight * part_score(kind, y, s + k, b)
        weight *= gain(k + 1, y, s, b, m)
    return scores / total


def part_score(kind: int, y: float, a: float, b: float) -> float:
    """Return the derivative of one part's log density in y (0), a (1), b (2); the density of the next over its (3)."""
    if kind == 0:
        return (a - 1.0) / y - (1.0 if b == inf else (a + b) / (b + y))
    if kind == 1:
        return log(y) - digamma(a) if b == inf else log(y / (b + y)) + digamma_rise(a, b)
    if kind == 2:
        return (y - a) / (b + y) - log1p(y / b) + digamma_rise(b, a)
    return growth(y, a + 1.0, b) * (a + 1.0) / a
