"""Densities of the vectors of `scipy.stats`, of carried values: their formulas, in ordinary arithmetic."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from stochtrace.carried.linear import cholesky, solve
from stochtrace.carried.numpy import elementwise, exp, log
from stochtrace.carried.running import Refused
from stochtrace.carried.smooth import Smooth

gammaln = elementwise("gammaln", special.gammaln)


def multinomial(x: Any, n: Any, p: Any) -> Any:
    """Log probability of the counts x among n; the last kind has the probability that the others leave."""
    counts, shares = vector(x), vector(p)
    shares[-1] = 1.0 - sum(shares[:-1], 0.0)
    if sum(counts) != n or any(k < 0 or k != int(k) for k in counts):
        return -math.inf
    terms = [weighted_log(k, q) - math.lgamma(k + 1) for k, q in zip(counts, shares, strict=True)]
    return math.lgamma(n + 1) + sum(terms)


def dirichlet(x: Any, alpha: Any) -> Any:
    """Log density of the shares x; the last one may be left out."""
    shares, powers = vector(x), vector(alpha)
    if len(shares) == len(powers) - 1:
        shares = np.append(shares, 1.0 - sum(shares, 0.0))
    logs = sum(weighted_log(a - 1.0, share) for share, a in zip(shares, powers, strict=True))
    return logs + gammaln(sum(powers, 0.0)) - sum(gammaln(a) for a in powers)


def multivariate_normal(x: Any, mean: Any, cov: Any) -> Any:
    """Log density at x, by the Cholesky factor L of `cov`: the residuals L^-1 (x - mean) are independent."""
    factor = cholesky(np.array(cov, dtype=object))
    residuals = solve(factor, vector(x) - vector(mean))
    scale = sum(log(factor[i, i]) for i in range(len(factor)))
    return -sum(r * r for r in residuals) / 2.0 - scale - len(factor) * math.log(2.0 * math.pi) / 2.0


def weighted_log(weight: Any, x: Any) -> Any:
    """Return weight log(x); 0 where the weight is the number 0."""
    return weight * log(x) if type(weight) is Smooth or weight != 0.0 else 0.0


def vector(x: Any) -> Any:
    """Return a vector as an array that can hold carried values."""
    array = np.array(x, dtype=object)
    if array.ndim != 1:
        raise Refused("a density of several vectors at once", "Call it for each of them.")
    return array


LOGARITHMS: dict[str, Callable[..., Any]] = {f.__name__: f for f in (multinomial, dirichlet, multivariate_normal)}
METHODS = ("logpmf", "pmf", "logpdf", "pdf")


def density(name: str, method: str, *args: Any, **kwargs: Any) -> Any:
    """Return a density or its logarithm."""
    logarithm = LOGARITHMS[name](*args, **kwargs)
    return logarithm if method.startswith("log") else exp(logarithm)
